import MartletText

/// The Qwen3-MoE form: Qwen3's, whose queries and keys are normalised a head at a time, with experts in all layers or
/// some.
///
/// - Source: Yang et al. 2025, arXiv:2505.09388, section 2.
public enum Qwen3MoE: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "qwen3_moe"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "Qwen3MoeForCausalLM"
  /// Whether `transformers` adds the balancing loss to the loss it reports, and a bound of windows that this family
  /// does not heed.
  public static let harmlessKeys: Set<String> = ["output_router_logits", "max_window_layers"]

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes, experts: 8, perToken: 2)
    configuration.attention = AttentionForm(hasBias: sizes.hasBias ?? false)
    configuration.attention.queryKeyNormalization = .perHead
    configuration.setRotary(Rotary(base: 1_000_000))
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    var configuration = try LlamaForm.configuration(
      reading: reader, usual: configuration, keyValueHeads: 4)
    try LlamaForm.readExperts(reader, count: 128, perToken: 8, into: &configuration)
    configuration.experts?.width = try reader.optionalSize("moe_intermediate_size", whenMissing: 768) ?? 768
    configuration.experts?.weighting =
      try reader.optional("norm_topk_prob") ?? false ? .amongChosen : .amongAll
    configuration.setRotary(try reader.rotary(context: configuration.context))
    let window = try reader.optionalSize("sliding_window", whenMissing: 4096)
    configuration.layerPattern[0].window = try reader.optional("use_sliding_window") ?? false ? window : nil
    configuration.attention.hasBias = try reader.optional("attention_bias") ?? false
    let step = try reader.optionalSize("decoder_sparse_step") ?? 1
    let listed: [Int]? = try reader.optional("mlp_only_layers")
    let (form, dense) = (configuration.layerPattern[0], Set(listed ?? []))
    configuration.layerPattern = LayerForm.pattern(layers: configuration.layers) { layer in
      var form = form
      form.feedForward = (layer + 1) % step == 0 && !dense.contains(layer) ? .experts : .dense
      return form
    }
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setRotary(configuration)
    keys["attention_bias"] = .bool(configuration.attention.inputBias)
    keys["use_sliding_window"] = .bool(configuration.layerPattern[0].window != nil)
    keys["sliding_window"] = .optional(configuration.layerPattern[0].window)
    if let experts = configuration.experts {
      LlamaForm.setExperts(experts, in: &keys, as: "num_experts")
      keys["moe_intermediate_size"] = .integer(experts.width)
      keys["norm_topk_prob"] = .bool(experts.weighting == .amongChosen)
    }
    keys["decoder_sparse_step"] = .integer(1)
    keys["mlp_only_layers"] = .list(
      (0..<configuration.layers).filter { configuration.layerForm($0).feedForward == .dense }.map {
        .integer($0)
      })
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration, mixture: "mlp", names: ("gate_proj", "up_proj", "down_proj"))
  }
}
