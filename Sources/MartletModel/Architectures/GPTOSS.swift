import MartletText

/// The GPT-OSS form: experts with a clamped gate, attention with sinks, and windows in every other layer.
///
/// Its files on the Hub hold the experts in blocks of four-bit numbers (MXFP4), which are widened exactly; a model is
/// written with plain numbers.
///
/// - Source: OpenAI 2025, "gpt-oss-120b & gpt-oss-20b model card", arXiv:2508.10925, section 2.
public enum GPTOSS: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "gpt_oss"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "GptOssForCausalLM"
  /// Whether `transformers` adds the balancing loss to the loss it reports; and the names that OpenAI's own code has
  /// for what `num_experts_per_tok` and the scaling of rotations say.
  public static let harmlessKeys: Set<String> = [
    "output_router_logits", "experts_per_token", "initial_context_length",
  ]

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes, experts: 8, perToken: 2)
    configuration.normalizationEpsilon = 1e-5
    configuration.attention = AttentionForm(hasBias: sizes.hasBias ?? true)
    configuration.attention.hasSinks = true
    configuration.experts?.gate = .clamped(alpha: 1.702, limit: 7)
    configuration.experts?.hasBias = true
    var local = configuration.layerPattern[0]
    local.window = 128
    configuration.layerPattern = sizes.layers > 1 ? [local, configuration.layerPattern[0]] : [local]
    configuration.setRotary(Rotary(base: 150_000))
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    var configuration = try LlamaForm.configuration(
      reading: reader, usual: configuration, keyValueHeads: 8, headDimension: 64)
    guard configuration.feedForward == .gated(.silu) else {
      throw reader.unexpected("hidden_act", expected: "silu")
    }
    try LlamaForm.readExperts(reader, count: 128, perToken: 4, into: &configuration)
    configuration.experts?.gate = .clamped(
      alpha: try reader.optional("swiglu_alpha") ?? 1.702, limit: try reader.optional("swiglu_limit") ?? 7)
    configuration.attention.hasBias = try reader.optional("attention_bias") ?? true
    var rotary = try reader.rotary(usualBase: 150_000, context: configuration.context)
    if try reader.nested("rope_parameters") == nil, try reader.nested("rope_scaling") == nil {
      rotary.scaling = .yarn(usualScaling)
    }
    configuration.layerPattern[0].window = nil
    configuration.layerPattern = [configuration.layerPattern[0]]
    try LlamaForm.setWindows(
      try reader.optionalSize("sliding_window", whenMissing: 128), of: &configuration, reading: reader,
      usually: { $0 % 2 == 0 })
    configuration.setRotary(rotary)
    try checkPacking(reader)
    return configuration
  }

  /// The scaling of rotations where a file says none.
  private static let usualScaling = Rotary.YaRN(
    factor: 32, originalContext: 4096, attentionFactor: Rotary.YaRN.attentionFactor(32), fastTurns: 32,
    slowTurns: 1, isTruncated: false)

  /// Fails where weights are packed in another way than MXFP4.
  private static func checkPacking(_ reader: ConfigurationReader) throws(MartletError) {
    guard let packing = try reader.nested("quantization_config") else { return }
    let method: String = try packing.required("quant_method")
    if method != "mxfp4" { throw packing.unexpected("quant_method", expected: "mxfp4") }
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setRotary(configuration)
    if configuration.rotary?.scaling == Rotary.Scaling.none {
      var none = ConfigurationKeys()
      none["rope_type"] = .string("default")
      keys["rope_scaling"] = .keys(none)
    }
    keys["attention_bias"] = .bool(configuration.attention.inputBias)
    keys["sliding_window"] = .optional(LlamaForm.window(configuration))
    keys["layer_types"] = LlamaForm.layerTypes(configuration)
    if let experts = configuration.experts {
      LlamaForm.setExperts(experts, in: &keys, as: "num_local_experts")
      if case .clamped(let alpha, let limit) = experts.gate {
        (keys["swiglu_alpha"], keys["swiglu_limit"]) = (.decimal(alpha), .decimal(limit))
      }
    }
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    var weights = LlamaForm.weights(of: configuration)
    guard let experts = configuration.experts else { return weights }
    for layer in 0..<configuration.layers {
      let (theirs, ours) = ("model.layers.\(layer)", "blocks.\(layer)")
      weights.append(CheckpointWeight("\(theirs).self_attn.sinks", "\(ours).attention.sinks"))
      for part in ["weight", "bias"] {
        let isMatrix = part == "weight"
        weights.append(
          CheckpointWeight("\(theirs).mlp.router.\(part)", "\(ours).feedForward.router.\(part)"))
        for (their, products) in [("gate_up_proj", ["gate", "up"]), ("down_proj", ["down"])] {
          let parameters = (0..<experts.count).flatMap { expert in
            products.map { "\(ours).feedForward.experts.\(expert).\($0).\(part)" }
          }
          weights.append(
            CheckpointWeight(
              "\(theirs).mlp.experts.\(their)\(isMatrix ? "" : "_bias")", parameters,
              layout: .experts(interleaved: products.count, isTransposed: isMatrix)))
        }
      }
    }
    return weights
  }
}
