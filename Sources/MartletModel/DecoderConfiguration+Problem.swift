extension DecoderConfiguration {
  /// Tokens and offsets are 32-bit, and a product of two sizes must not overflow.
  package static let largestSize = Int(Int32.max)

  /// What contradicts itself, as one sentence; nil when nothing does.
  public var problem: String? {
    let sizes = [
      ("vocabulary", vocabulary), ("context", context), ("width", width), ("layers", layers),
      ("heads", heads), ("key-value heads", keyValueHeads), ("head dimension", headDimension),
      ("feed-forward width", feedForwardWidth),
    ]
    if let (name, size) = sizes.first(where: { $0.1 < 1 }) {
      return "the \(name) must be at least 1, not \(size)"
    }
    if let (name, size) = sizes.first(where: { $0.1 > Self.largestSize }) {
      return "the \(name) must be at most \(Self.largestSize), not \(size)"
    }
    if heads % keyValueHeads != 0 {
      return "the number of heads (\(heads)) must be a multiple of the key-value heads (\(keyValueHeads))"
    }
    if !(normalizationEpsilon >= 0 && normalizationEpsilon.isFinite) {
      return "the epsilon of normalisation must be at least 0, not \(normalizationEpsilon)"
    }
    if !(dropout >= 0 && dropout < 1) { return "the dropout must be at least 0 and below 1, not \(dropout)" }
    if layerPattern.isEmpty || layerPattern.count > layers {
      return "the layers' pattern must have from 1 to \(layers) forms, one a layer, not \(layerPattern.count)"
    }
    let factors = [
      ("the embedding multiplier", multipliers.embedding), ("the residual multiplier", multipliers.residual),
      ("the divisor of logits", multipliers.logitDivisor), ("the cap of logits", logitSoftCap ?? 1),
      ("the cap of attention scores", attention.softCap ?? 1),
      ("the scale of attention scores", attention.scale(headDimension: headDimension)),
    ]
    if let (name, factor) = factors.first(where: { !($0.1 > 0 && $0.1.isFinite) }) {
      return "\(name) must be above 0, not \(factor)"
    }
    if let problem = experts?.problem { return problem }
    if experts == nil && layerPattern.contains(where: { $0.feedForward == .experts }) {
      return "the layers' pattern asks for experts, of which nothing is said"
    }
    for form in layerPattern {
      if let window = form.window, window < 1 {
        return "the attention window must be at least 1, not \(window)"
      }
      if let problem = form.rotary?.problem(headDimension: headDimension) { return problem }
    }
    return nil
  }
}
