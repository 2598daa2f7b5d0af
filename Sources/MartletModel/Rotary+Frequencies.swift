import MartletTensor

extension Rotary {
  /// The frequencies of the pairs of columns, in radians a token, and the factor of cosines and sines.
  ///
  /// The roundings to float32 are those of `transformers`, so that angles far into a text are too.
  ///
  /// - Parameter variant: of ``variant(length:)``.
  func frequencies(headDimension: Int, variant: Int) -> (frequencies: [Float], factor: Float) {
    let dimension = dimension(headDimension: headDimension)
    let periods = RotaryTable.periods(dimension: dimension, base: base)
    let plain = periods.map { 1 / $0 }
    switch scaling {
    case .none: return (plain, 1)
    case .linear(let factor): return (plain.map { $0 / Float(factor) }, 1)
    case .dynamic(let factor, let original):
      if variant == 0 { return (plain, 1) }
      let stretch = Float(factor) * Float(variant) / Float(original) - Float(factor - 1)
      let exponent = Double(Float(Double(dimension) / Double(dimension - 2)))
      let grown = Float(base) * Float(ExactMath.pow(Double(stretch), exponent))
      return (RotaryTable.periods(dimension: dimension, base: Double(grown)).map { 1 / $0 }, 1)
    case .llama3(let numbers): return (plain.map(numbers.scaled), 1)
    case .yarn(let numbers):
      return (numbers.scaled(periods, dimension: dimension, base: base), Float(numbers.attentionFactor))
    case .longRoPE(let numbers):
      let factors = variant == 0 ? numbers.shortFactors : numbers.longFactors
      return (zip(periods, factors).map { 1 / (Float($1) * $0) }, Float(numbers.attentionFactor))
    }
  }
}

extension Rotary.Llama3 {
  fileprivate func scaled(_ frequency: Float) -> Float {
    let wave = Float(2 * Double.pi) / frequency
    let context = Double(originalContext)
    if wave > Float(context / lowFrequencyFactor) { return frequency / Float(factor) }
    if wave < Float(context / highFrequencyFactor) { return frequency }
    let smooth =
      (Float(context) / wave - Float(lowFrequencyFactor)) / Float(highFrequencyFactor - lowFrequencyFactor)
    return (1 - smooth) * frequency / Float(factor) + smooth * frequency
  }
}

extension Rotary.YaRN {
  fileprivate func scaled(_ periods: [Float], dimension: Int, base: Double) -> [Float] {
    var low = place(turns: fastTurns, dimension: dimension, base: base)
    var high = place(turns: slowTurns, dimension: dimension, base: base)
    if isTruncated { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    (low, high) = (max(low, 0), min(high, Double(dimension - 1)))
    if low == high { high += 0.001 }
    return periods.enumerated().map { pair, period in
      let ramp = min(max((Float(pair) - Float(low)) / Float(high - low), 0), 1)
      let (fast, slow) = (1 - ramp, 1 - (1 - ramp))
      return 1 / (Float(factor) * period) * slow + 1 / period * fast
    }
  }

  /// The pair, not a whole number, whose frequency makes so many turns within the original context.
  private func place(turns: Double, dimension: Int, base: Double) -> Double {
    Double(dimension) * ExactMath.log(Double(originalContext) / (turns * 2 * .pi)) / (2 * ExactMath.log(base))
  }
}

extension Rotary {
  /// What contradicts itself, as one sentence; nil when nothing does.
  func problem(headDimension: Int) -> String? {
    if !(base > 0 && base.isFinite) {
      return "the base of rotary positions must be above 0, not \(base)"
    }
    if !(fraction > 0 && fraction <= 1) {
      return "the part of a head that is rotated must be above 0 and at most 1, not \(fraction)"
    }
    let dimension = dimension(headDimension: headDimension)
    if dimension % 2 != 0 {
      return fraction == 1
        ? "rotary positions need an even head dimension, not \(headDimension)"
        : "rotary positions need an even number of columns, not \(dimension) of a head of \(headDimension)"
    }
    if dimension < 2 { return "rotary positions need at least 2 columns of a head of \(headDimension)" }
    return scalingProblem(dimension: dimension)
  }

  private func scalingProblem(dimension: Int) -> String? {
    var (factors, contexts): ([Double], [Int]) = ([], [])
    switch scaling {
    case .none: break
    case .linear(let factor): factors = [factor]
    case .dynamic(let factor, let original):
      (factors, contexts) = ([factor], [original])
      if dimension == 2 { return "dynamic scaling needs more than 2 rotated columns a head" }
      if factor < 1 { return "the factor of dynamic scaling must be at least 1, not \(factor)" }
    case .llama3(let numbers):
      factors = [numbers.factor, numbers.lowFrequencyFactor, numbers.highFrequencyFactor]
      contexts = [numbers.originalContext]
      if !(numbers.highFrequencyFactor > numbers.lowFrequencyFactor) {
        return "llama3 scaling needs a high_freq_factor above its low_freq_factor"
      }
    case .yarn(let numbers):
      factors = [numbers.factor, numbers.attentionFactor, numbers.fastTurns, numbers.slowTurns]
      contexts = [numbers.originalContext]
      if base <= 1 { return "yarn scaling needs a base of rotary positions above 1, not \(base)" }
    case .longRoPE(let numbers):
      factors = numbers.shortFactors + numbers.longFactors + [numbers.attentionFactor]
      contexts = [numbers.originalContext]
      for list in [numbers.shortFactors, numbers.longFactors] where list.count != dimension / 2 {
        return
          "longrope scaling needs \(dimension / 2) short and long factors each, one for each pair of columns, "
          + "not \(list.count)"
      }
    }
    if let factor = factors.first(where: { !($0 > 0 && Float($0).isFinite) }) {
      return "the factors of rotary scaling must be above 0, not \(factor)"
    }
    if let context = contexts.first(where: { !(1...DecoderConfiguration.largestSize).contains($0) }) {
      return "the original context of rotary scaling must be at least 1, not \(context)"
    }
    return nil
  }
}
