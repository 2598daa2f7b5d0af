import MartletTensor
import Testing

/// Tensors kept as bfloat16: what they stand for, what reads them and what refuses them.
@Suite struct NarrowTensorTests {
  @Test func everyBfloat16IsKept() {
    let numbers = (0...UInt16.max).map { Float(bitPattern: UInt32($0) << 16) }.filter { !$0.isNaN }
    let narrow = Tensor(numbers).converted(to: .bfloat16)
    #expect(narrow.elementType == .bfloat16 && narrow.shape == [numbers.count])
    #expect(Bits([narrow]) == Bits(numbers))
    #expect(Bits([narrow.converted(to: .float32)]) == Bits(numbers))
    #expect(narrow.littleEndianBytes == Tensor(numbers).littleEndianBytes)
  }

  @Test func roundsToTheNearestAndToEven() {
    let cases: [(UInt32, UInt32)] = [
      (0x3F80_7FFF, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F80_8001, 0x3F81), (0x3F81_8000, 0x3F82),
      (0xBF81_7FFF, 0xBF81), (0x7F7F_FFFF, 0x7F80), (0x0000_8000, 0), (0x0000_8001, 1), (0x8000_0001, 0x8000),
      (0x7F80_0000, 0x7F80), (0xFF80_0000, 0xFF80),
    ]
    let rounded = Tensor(cases.map { Float(bitPattern: $0.0) }).converted(to: .bfloat16).scalars
    #expect(rounded.map { $0.bitPattern >> 16 } == cases.map(\.1))
    for pattern: UInt32 in [0x7F80_0001, 0xFF80_0001, 0x7FFF_FFFF, 0x7FC0_0000] {
      #expect(Tensor(Float(bitPattern: pattern)).converted(to: .bfloat16).scalar.isNaN)
    }
  }

  /// Every four-bit number at every power of two, as the formats' definitions give it.
  @Test func everyBlockOfFourBitNumbersIsExact() {
    let halves = (0..<16).map { UInt8($0 << 4 | (15 - $0)) }
    let exponents = (0...254).map { UInt8($0) }
    let found = Tensor(
      mxfp4: exponents.flatMap { _ in halves }, scales: exponents, shape: [255, 32])
    let magnitudes: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    func value(_ number: Int) -> Float { number < 8 ? magnitudes[number] : -magnitudes[number - 8] }
    let expected = exponents.flatMap { exponent in
      (0..<16).flatMap { [15 - $0, $0] }.map {
        Float(Double(value($0)) * Double(sign: .plus, exponent: Int(exponent) - 127, significand: 1))
      }
    }
    #expect(Bits([found]) == Bits(expected))
    // Nothing is lost in bfloat16 either.
    #expect(Bits([found.converted(to: .bfloat16)]) == Bits(expected))
    #expect(Tensor(mxfp4: halves, scales: [255], shape: [32]).scalars.allSatisfy { $0.isNaN })
  }

  @Test func everyFloat16IsWrittenAsItWas() {
    let patterns = (0...UInt16.max).filter { $0 & 0x7C00 != 0x7C00 || $0 & 0x3FF == 0 }
    let bytes = patterns.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let wide = Tensor(littleEndianBytes: bytes, elementType: .float16, shape: [patterns.count])
    #expect(wide.littleEndianBytes(of: 0..<patterns.count, as: .float16) == bytes)
    #expect(wide.littleEndianBytes(of: 7..<9, as: .float16) == Array(bytes[14..<18]))
  }

  /// Halfway between neighbours, just above and just below: of normal and subnormal numbers, and around the largest.
  @Test func float16RoundsToTheNearestAndToEven() {
    let cases: [(Float, UInt16)] = [
      (0x1.002p0, 0x3C00), (0x1.002002p0, 0x3C01), (0x1.006p0, 0x3C02), (0x1.005ffep0, 0x3C01),
      (0x1p-25, 0), (0x1.000002p-25, 1), (0x1.8p-24, 2), (0x1p-24, 1), (0x1.ff8p-15, 0x3FF),
      (0x1.ffbffep-15, 0x3FF), (0x1.ffcp-15, 0x400),
      (0x1.ffep-15, 0x400), (65504, 0x7BFF), (65519.996, 0x7BFF), (65520, 0x7C00), (.infinity, 0x7C00),
      (.leastNonzeroMagnitude, 0), (0, 0), (.greatestFiniteMagnitude, 0x7C00),
    ]
    let numbers = cases.map(\.0) + cases.map { -$0.0 }
    let expected = cases.map(\.1) + cases.map { $0.1 | 0x8000 }
    let bytes = Tensor(numbers).littleEndianBytes(of: 0..<numbers.count, as: .float16)
    #expect(
      bytes == expected.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] })
    for pattern: UInt32 in [0x7F80_0001, 0xFF80_0001, 0x7FFF_FFFF, 0x7FC0_0000] {
      let bytes = Tensor(Float(bitPattern: pattern)).littleEndianBytes(of: 0..<1, as: .float16)
      let half = UInt16(bytes[0]) | UInt16(bytes[1]) << 8
      #expect(half & 0x7FFF > 0x7C00 && half >> 15 == UInt16(pattern >> 31))
    }
  }

  @Test func rowsAreThoseOfTheWideTable() {
    var draw = Draw(.odd, seed: 61)
    let narrow = draw.normal([37, 45]).converted(to: .bfloat16)
    let indices = draw.indices(50, below: 37)
    #expect(Bits([narrow.rows(at: indices)]) == Bits([narrow.converted(to: .float32).rows(at: indices)]))
  }

  @Test func theHeadIsThatOfTheWideWeight() {
    var draw = Draw(.odd, seed: 62)
    let (hidden, targets) = (draw.normal([300, 24]), draw.indices(300, below: 90))
    let narrow = draw.normal([90, 24]).converted(to: .bfloat16)
    #expect(
      Bits([hidden.targetLogProbabilities(targets, weight: narrow)])
        == Bits([hidden.targetLogProbabilities(targets, weight: narrow.converted(to: .float32))]))
  }

  @Test func otherOperationsRefuseIt() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).converted(to: .bfloat16) + Tensor.zeros([2, 3])
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("a tensor of shape [2, 3] is kept as bfloat16"))
    await #expect(processExitsWith: .failure) {
      _ = Tensor.zeros([2, 3]).converted(to: .bfloat16).linear(.zeros([1, 3]))
    }
    await #expect(processExitsWith: .failure) {
      let weight = Parameter("weight", Tensor.zeros([2, 3]).converted(to: .bfloat16))
      Tensor.zeros([1, 3]).linear(weight.tensor).sum().backward()
      var (mean, variance) = (Tensor.zeros([2, 3]), Tensor.zeros([2, 3]))
      weight.update(
        AdamWStep(
          learningRate: 1, beta1: 0, beta2: 0, epsilon: 1, decay: 0, step: 1, gradientScale: 1),
        gradient: weight.gradient!, mean: &mean, variance: &variance)
    }
  }

  @Test func theLargestColumnIsTheFirstOfEqualOnes() {
    var draw = Draw(.odd, seed: 63)
    for columns in [1, 2, 15, 16, 17, 31, 32, 33, 1000] {
      for _ in 0..<20 {
        // Few values, so that many are equal.
        let row = (0..<columns).map { _ in Float(draw.number(below: 7)) - 3 }
        let expected = row.firstIndex(of: row.max()!)!
        #expect(Tensor(row, shape: [1, columns]).largestColumns() == [Int32(expected)], "\(row)")
      }
    }
    let rows: [[Float]] = [
      [-5, -4], [0, -0.0], [-0.0, 0], [1, .nan], [.infinity, 1], [-.infinity, 1],
      [-.greatestFiniteMagnitude, -1],
    ]
    #expect(
      Tensor(rows.flatMap { $0 }, shape: [rows.count, 2]).largestColumns() == [1, 0, 0, nil, nil, nil, 1])
    #expect(Tensor.zeros([2, 0]).largestColumns() == [nil, nil])
    let wide = (0..<40).map { $0 == 33 ? Float.nan : 1 }
    #expect(Tensor(wide, shape: [1, 40]).largestColumns() == [nil])
  }
}
