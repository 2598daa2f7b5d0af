import MartletText

extension ConfigurationReader {
  /// How queries and keys are rotated: `rope_theta` and `rope_scaling` as `transformers` 4 writes them, or all of it in
  /// `rope_parameters` as 5 does.
  ///
  /// - Parameters:
  ///   - baseKey: the key of the base, beside the object or within it.
  ///   - usualBase: the base where no key says it.
  ///   - fractionKey: the key of the part of a head that is rotated, where the family can rotate a part.
  ///   - usualFraction: that part where no key says it.
  ///   - usualOriginalContext: the context of the first training where no key says it; nil for `context`.
  ///   - kinds: other names of kinds of scaling in the family's files.
  ///   - context: the most tokens of a sequence without scaling.
  package func rotary(
    baseKey: String = "rope_theta", usualBase: Double = 10000, fractionKey: String? = nil,
    usualFraction: Double = 1, usualOriginalContext: Int? = nil, kinds: [String: String] = [:], context: Int
  ) throws(MartletError) -> Rotary {
    let (older, newer) = (try nested("rope_scaling"), try nested("rope_parameters"))
    if older != nil && newer != nil {
      throw MartletError("\(file): rope_scaling and rope_parameters are both there; leave one out")
    }
    return try rotary(
      within: older ?? newer, usualBase: try optional(baseKey) ?? usualBase,
      usualFraction: try fractionKey.map { key throws(MartletError) in try optional(key) ?? usualFraction }
        ?? 1,
      isPartial: fractionKey != nil, usualOriginalContext: usualOriginalContext, kinds: kinds,
      context: context)
  }

  /// How queries and keys are rotated, from an object of keys or what is usual without one.
  package func rotary(
    within keys: ConfigurationReader?, usualBase: Double, usualFraction: Double = 1, isPartial: Bool = false,
    usualOriginalContext: Int? = nil, kinds: [String: String] = [:], context: Int
  ) throws(MartletError) -> Rotary {
    var rotary = Rotary(base: usualBase, fraction: usualFraction)
    // It has a meaning only beside some kinds of scaling, but files have it beside others.
    let outer = try optionalSize("original_max_position_embeddings") ?? usualOriginalContext
    guard let keys else { return rotary }
    rotary.base = try keys.optional("rope_theta") ?? usualBase
    rotary.fraction = try keys.optional("partial_rotary_factor") ?? usualFraction
    if !isPartial, rotary.fraction != 1 { throw keys.unsupported("partial_rotary_factor", "must be 1") }
    let (kind, older): (String?, String?) = (try keys.optional("rope_type"), try keys.optional("type"))
    let named = kind ?? older ?? "default"
    switch kinds[named] ?? named {
    case "default": break
    case "linear": rotary.scaling = .linear(factor: try keys.required("factor"))
    case "dynamic": rotary.scaling = .dynamic(factor: try keys.required("factor"), originalContext: context)
    case "llama3": rotary.scaling = .llama3(try llama3(keys, outer, context))
    case "yarn": rotary.scaling = .yarn(try yarn(keys, outer, context))
    case "longrope": rotary.scaling = .longRoPE(try longRoPE(keys, outer, context))
    default:
      throw keys.unexpected(
        kind == nil ? "type" : "rope_type",
        expected: "default, linear, dynamic, llama3, yarn or longrope")
    }
    try keys.refuseUnknownKeys(of: "\(named) rotary positions", harmless: [])
    return rotary
  }

  /// Beside the object of scaling, within it, or else the whole context.
  private func originalContext(
    _ keys: ConfigurationReader, _ outer: Int?, _ context: Int
  ) throws(MartletError) -> Int {
    let inner = try keys.optionalSize("original_max_position_embeddings")
    return outer ?? inner ?? context
  }

  private func llama3(
    _ keys: ConfigurationReader, _ outer: Int?, _ context: Int
  ) throws(MartletError) -> Rotary.Llama3 {
    Rotary.Llama3(
      factor: try keys.required("factor"), lowFrequencyFactor: try keys.required("low_freq_factor"),
      highFrequencyFactor: try keys.required("high_freq_factor"),
      originalContext: try originalContext(keys, outer, context))
  }

  private func yarn(
    _ keys: ConfigurationReader, _ outer: Int?, _ context: Int
  ) throws(MartletError) -> Rotary.YaRN {
    let original = try originalContext(keys, outer, context)
    // The key must be there, but may be null.
    let factor: Double =
      keys.has("factor")
      ? try keys.optional("factor") ?? Double(context) / Double(original) : try keys.required("factor")
    let (one, all): (Double?, Double?) = (try keys.optional("mscale"), try keys.optional("mscale_all_dim"))
    var usual = Rotary.YaRN.attentionFactor(factor)
    if let one, let all, one != 0, all != 0 {
      usual = Rotary.YaRN.attentionFactor(factor, multiplier: one)
      usual /= Rotary.YaRN.attentionFactor(factor, multiplier: all)
    }
    return Rotary.YaRN(
      factor: factor, originalContext: original,
      attentionFactor: try keys.optional("attention_factor") ?? usual,
      fastTurns: try keys.optional("beta_fast") ?? 32, slowTurns: try keys.optional("beta_slow") ?? 1,
      isTruncated: try keys.optional("truncate") ?? true)
  }

  private func longRoPE(
    _ keys: ConfigurationReader, _ outer: Int?, _ context: Int
  ) throws(MartletError) -> Rotary.LongRoPE {
    let original = try originalContext(keys, outer, context)
    let factor: Double = try keys.optional("factor") ?? Double(context) / Double(original)
    return Rotary.LongRoPE(
      shortFactors: try keys.required("short_factor"), longFactors: try keys.required("long_factor"),
      originalContext: original,
      attentionFactor: try keys.optional("attention_factor")
        ?? Rotary.LongRoPE.attentionFactor(factor, originalContext: original))
  }
}

extension Rotary {
  /// The most tokens of a sequence, from the `max_position_embeddings` of a file.
  ///
  /// That is the number itself, except where a scaling is there to go beyond it: dynamic scaling begins only there, and
  /// users turn YaRN on by adding its keys alone.
  func context(maximum: Int) -> Int {
    switch scaling {
    case .none, .linear, .llama3, .longRoPE: maximum
    case .dynamic(let factor, let original): Self.product(factor, original)
    case .yarn(let numbers): max(maximum, Self.product(numbers.factor, numbers.originalContext))
    }
  }

  private static func product(_ factor: Double, _ context: Int) -> Int {
    let product = factor * Double(context)
    return product >= 1 ? Int(min(product, Double(DecoderConfiguration.largestSize))) : context
  }

  /// The `max_position_embeddings` of a file, from the most tokens of a sequence.
  func maximum(context: Int) -> Int {
    if case .dynamic(_, let original) = scaling { original } else { context }
  }

  /// The object of scaling as `transformers` 4 names it, which 5 reads too; nil without scaling.
  func scalingKeys(context: Int) -> ConfigurationKeys? {
    var keys = ConfigurationKeys()
    switch scaling {
    case .none: return nil
    case .linear(let factor): (keys["rope_type"], keys["factor"]) = (.string("linear"), .double(factor))
    case .dynamic(let factor, _): (keys["rope_type"], keys["factor"]) = (.string("dynamic"), .double(factor))
    case .llama3(let numbers):
      keys["rope_type"] = .string("llama3")
      keys["factor"] = .double(numbers.factor)
      keys["low_freq_factor"] = .double(numbers.lowFrequencyFactor)
      keys["high_freq_factor"] = .double(numbers.highFrequencyFactor)
      keys["original_max_position_embeddings"] = .integer(numbers.originalContext)
    case .yarn(let numbers):
      keys["rope_type"] = .string("yarn")
      keys["factor"] = .double(numbers.factor)
      keys["original_max_position_embeddings"] = .integer(numbers.originalContext)
      keys["attention_factor"] = .double(numbers.attentionFactor)
      keys["beta_fast"] = .double(numbers.fastTurns)
      keys["beta_slow"] = .double(numbers.slowTurns)
      keys["truncate"] = .bool(numbers.isTruncated)
    case .longRoPE(let numbers):
      keys["rope_type"] = .string("longrope")
      keys["short_factor"] = .list(numbers.shortFactors.map { .double($0) })
      keys["long_factor"] = .list(numbers.longFactors.map { .double($0) })
      let usual = LongRoPE.attentionFactor(
        Double(context) / Double(numbers.originalContext), originalContext: numbers.originalContext)
      if numbers.attentionFactor != usual { keys["attention_factor"] = .double(numbers.attentionFactor) }
      keys["original_max_position_embeddings"] = .integer(numbers.originalContext)
    }
    return keys
  }
}
