/// The cosines and sines of rotary positions, `[positions, headDimension/2]` each.
public struct RotaryTable: Sendable {
  /// cos(position · frequency).
  public let cosines: Tensor
  /// sin(position · frequency).
  public let sines: Tensor

  /// The angles position · base^(-2i/headDimension).
  ///
  /// Frequencies and angles are rounded to float32 before the cosine, as `transformers` rounds them.
  ///
  /// - Source: Su et al. 2021, arXiv:2104.09864, section 3.2.2.
  public init(positions: Int, headDimension: Int, base: Double) {
    precondition(headDimension % 2 == 0, "RotaryTable: the head dimension \(headDimension) is odd")
    let half = headDimension / 2
    let frequencies = (0..<half).map { i in
      1 / Float(ExactMath.pow(base, Double(2 * i) / Double(headDimension)))
    }
    var cosines: [Float] = []
    var sines: [Float] = []
    cosines.reserveCapacity(positions * half)
    sines.reserveCapacity(positions * half)
    for position in 0..<positions {
      for frequency in frequencies {
        let angle = Double(Float(position) * frequency)
        cosines.append(Float(ExactMath.cos(angle)))
        sines.append(Float(ExactMath.sin(angle)))
      }
    }
    self.cosines = Tensor(cosines, shape: [positions, half])
    self.sines = Tensor(sines, shape: [positions, half])
  }
}
