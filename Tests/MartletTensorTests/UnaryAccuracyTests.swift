import Foundation
import MartletTensor
import Testing

/// The elementary functions of the kernels against Double, in units of the last place of float32.
@Suite struct UnaryAccuracyTests {
  /// A function, where it is measured, and how many units in the last place it may be off.
  struct Bound: Sendable, CustomTestStringConvertible {
    let operation: UnaryOperation
    let range: ClosedRange<Float>
    let units: Double
    /// Below this magnitude the error is measured in units of the last place of this number: where a function
    /// nears zero by cancellation. For the lower tail of gelu that is its depth, 0.17.
    var floor: Double = 0
    var testDescription: String { "\(operation) over \(range)" }
  }

  /// What was measured, rounded up; the same on every machine, since the kernels' bits are.
  static let bounds: [Bound] = [
    Bound(operation: .exp, range: -87...88.7, units: 1),
    Bound(operation: .exp, range: -1...1, units: 1),
    Bound(operation: .log, range: 1e-30...1e-3, units: 1.1),
    Bound(operation: .log, range: 0.5...2, units: 1.1),
    Bound(operation: .log, range: 2...1e30, units: 1.1),
    Bound(operation: .tanh, range: -10...10, units: 1.2),
    Bound(operation: .tanh, range: -0.01...0.01, units: 1.2),
    Bound(operation: .sin, range: -10...10, units: 1.5),
    Bound(operation: .sin, range: -1000...1000, units: 1.5),
    Bound(operation: .cos, range: -10...10, units: 1.5),
    Bound(operation: .cos, range: -1000...1000, units: 1.5),
    Bound(operation: .sigmoid, range: -80...80, units: 2),
    Bound(operation: .logSigmoid, range: -80...80, units: 2),
    Bound(operation: .silu, range: -80...80, units: 3),
    Bound(operation: .gelu, range: -10...10, units: 6, floor: 0.17),
    Bound(operation: .geluTanh, range: -10...10, units: 3, floor: 0.17),
    Bound(operation: .squareRoot, range: 0...100, units: 0.5),
    Bound(operation: .reciprocal, range: 0.01...100, units: 0.5),
  ]

  @Test(arguments: bounds)
  func isWithinItsBound(_ bound: Bound) {
    let count = 20_000
    let (lower, upper) = (Double(bound.range.lowerBound), Double(bound.range.upperBound))
    let x = Tensor((0...count).map { Float(lower + (upper - lower) * Double($0) / Double(count)) })
    var worst = (units: 0.0, at: 0 as Float)
    for (x, y) in zip(x.scalars, x.mapped(bound.operation).scalars) {
      let expected = bound.operation.value(Double(x))
      let unit = Double(Float(max(abs(expected), bound.floor, Double(Float.leastNormalMagnitude))).ulp)
      let units = abs(Double(y) - expected) / unit
      if units > worst.units { worst = (units, x) }
    }
    #expect(worst.units <= bound.units, "off by \(worst.units) units in the last place at \(worst.at)")
  }

  @Test func specialValues() {
    let x = Tensor([0, -0.0, .infinity, -.infinity, .nan, 200, -200])
    func expect(_ operation: UnaryOperation, _ expected: [Float?]) {
      for (y, expected) in zip(x.mapped(operation).scalars, expected) {
        if let expected { #expect(y == expected, "\(operation)") } else { #expect(y.isNaN, "\(operation)") }
      }
    }
    expect(.exp, [1, 1, .infinity, 0, nil, .infinity, 0])
    expect(.log, [-.infinity, -.infinity, .infinity, nil, nil, 5.2983174, nil])
    expect(.tanh, [0, 0, 1, -1, nil, 1, -1])
    expect(.sigmoid, [0.5, 0.5, 1, 0, nil, 1, 0])
    expect(.squareRoot, [0, 0, .infinity, nil, nil, 14.142136, nil])
    expect(.reciprocal, [.infinity, -.infinity, 0, 0, nil, 0.005, -0.005])
  }
}
