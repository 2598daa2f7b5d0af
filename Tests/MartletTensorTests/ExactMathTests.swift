import Foundation
import MartletTensor
import Testing

/// `ExactMath` against the system's library, and its bits against recorded ones.
@Suite struct ExactMathTests {
  private static let samples = 20_000

  /// The largest error of a function over evenly spaced arguments, in units in the last place.
  private func worst(
    _ range: ClosedRange<Double>, _ ours: (Double) -> Double, _ theirs: (Double) -> Double
  ) -> Double {
    (0...Self.samples).reduce(0) { worst, i in
      let x = range.lowerBound + (range.upperBound - range.lowerBound) * Double(i) / Double(Self.samples)
      let expected = theirs(x)
      return max(worst, abs(ours(x) - expected) / max(expected.ulp, .leastNormalMagnitude))
    }
  }

  @Test(arguments: [-1...1, -20...20, -708...709, -1e-5...1e-5])
  func exponential(_ range: ClosedRange<Double>) { #expect(worst(range, ExactMath.exp, Foundation.exp) <= 2) }

  @Test(arguments: [1e-300...1e-290, 1e-5...0.5, 0.5...2, 0.9999...1.0001, 2...1e6, 1e290...1e300])
  func logarithm(_ range: ClosedRange<Double>) { #expect(worst(range, ExactMath.log, Foundation.log) <= 2) }

  @Test(arguments: [-1e-5...1e-5, -4...4, 0...1000, 999_000...1_000_000])
  func sineAndCosine(_ range: ClosedRange<Double>) {
    #expect(worst(range, ExactMath.sin, Foundation.sin) <= 2)
    #expect(worst(range, ExactMath.cos, Foundation.cos) <= 2)
  }

  /// The exponent's rounding grows with it: |exponent · ln base| halves of a unit, and the two of `exp`.
  @Test func powers() {
    for base in [0.5, 1.5, 10_000, 500_000] {
      let bound = 3 + 10 * abs(Foundation.log(base))
      #expect(worst(-5...5, { ExactMath.pow(base, $0) }, { Foundation.pow(base, $0) }) <= bound)
    }
    #expect(ExactMath.power(of: 2, 10) == 1024)
    #expect(ExactMath.power(of: 2, -3) == 0.125)
    #expect(ExactMath.power(of: 7, 0) == 1)
    for exponent in [1, 17, 1000] {
      let (ours, theirs) = (ExactMath.power(of: 0.999, exponent), Foundation.pow(0.999, Double(exponent)))
      #expect(abs(ours - theirs) <= Double(exponent) * theirs.ulp)
    }
  }

  @Test func specialValues() {
    #expect(ExactMath.exp(0) == 1)
    #expect(ExactMath.exp(-.infinity) == 0)
    #expect(ExactMath.exp(.infinity) == .infinity)
    #expect(ExactMath.exp(710) == .infinity)
    #expect(ExactMath.exp(-746) == 0)
    #expect(ExactMath.exp(.nan).isNaN)
    #expect(ExactMath.exp(-740).isSubnormal)
    #expect(ExactMath.log(1) == 0)
    #expect(ExactMath.log(0) == -.infinity)
    #expect(ExactMath.log(-1).isNaN)
    #expect(ExactMath.log(.infinity) == .infinity)
    #expect(ExactMath.log(.leastNonzeroMagnitude) == Foundation.log(.leastNonzeroMagnitude))
    #expect(ExactMath.sin(0) == 0)
    #expect(ExactMath.cos(0) == 1)
    #expect(ExactMath.sin(.infinity).isNaN)
  }

  /// The digest of a few thousand values, recorded on x86-64: the same on every machine.
  @Test func bitsStayWhatTheyWere() {
    var digest = Digest()
    for i in -2000...2000 {
      let x = Double(i) * 0.017
      digest.combine(ExactMath.exp(x).bitPattern)
      digest.combine(ExactMath.log(abs(x) + 0.001).bitPattern)
      digest.combine(ExactMath.sin(x * 31).bitPattern)
      digest.combine(ExactMath.cos(x * 31).bitPattern)
      digest.combine(ExactMath.pow(abs(x) + 0.5, 1.7).bitPattern)
    }
    #expect(digest.text == "249b381b5a2ce9b2")
  }
}
