/// The cosines and sines of rotary positions, `[positions, pairs]` each.
public struct RotaryTable: Sendable {
  /// cos(position · frequency).
  public let cosines: Tensor
  /// sin(position · frequency).
  public let sines: Tensor

  /// The angles position · frequency, one frequency a pair.
  ///
  /// Angles are rounded to float32 before the cosine, as `transformers` rounds them.
  ///
  /// - Parameters:
  ///   - positions: the table has a row for each of 0 ..< positions.
  ///   - frequencies: in radians a token.
  ///   - factor: multiplies cosines and sines, and so queries and keys.
  /// - Source: Su et al. 2021, arXiv:2104.09864, section 3.2.2; the factor: Peng et al. 2023, arXiv:2309.00071,
  ///   section 3.4.
  public init(positions: Int, frequencies: [Float], factor: Float = 1) {
    var cosines: [Float] = []
    var sines: [Float] = []
    cosines.reserveCapacity(positions * frequencies.count)
    sines.reserveCapacity(positions * frequencies.count)
    for position in 0..<positions {
      for frequency in frequencies {
        let angle = Double(Float(position) * frequency)
        cosines.append(Float(ExactMath.cos(angle)) * factor)
        sines.append(Float(ExactMath.sin(angle)) * factor)
      }
    }
    self.cosines = Tensor(cosines, shape: [positions, frequencies.count])
    self.sines = Tensor(sines, shape: [positions, frequencies.count])
  }

  /// The angles position · base^(-2i/headDimension) of all pairs of a head.
  public init(positions: Int, headDimension: Int, base: Double) {
    precondition(headDimension % 2 == 0, "RotaryTable: the head dimension \(headDimension) is odd")
    self.init(
      positions: positions, frequencies: Self.periods(dimension: headDimension, base: base).map { 1 / $0 })
  }

  /// Tables of the same pairs one above the other.
  package init(_ tables: [RotaryTable]) {
    cosines = .concatenated(tables.map(\.cosines))
    sines = .concatenated(tables.map(\.sines))
  }

  /// base^(2i/dimension) of each pair, the inverse of its frequency, with the roundings to float32 of `transformers`.
  package static func periods(dimension: Int, base: Double) -> [Float] {
    stride(from: 0, to: dimension, by: 2).map { i in
      Float(ExactMath.pow(base, Double(Float(i) / Float(dimension))))
    }
  }
}
