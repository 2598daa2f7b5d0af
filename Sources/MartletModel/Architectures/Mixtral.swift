import MartletText

/// The Mixtral form: Llama's with a mixture of experts in every layer.
///
/// - Source: Jiang et al. 2024, arXiv:2401.04088.
public enum Mixtral: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "mixtral"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "MixtralForCausalLM"
  /// Whether `transformers` adds the balancing loss to the loss it reports, and noise that only training adds.
  public static let harmlessKeys: Set<String> = ["output_router_logits", "router_jitter_noise"]

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes, experts: 8, perToken: 2)
    configuration.normalizationEpsilon = 1e-5
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
      reading: reader, usual: configuration, keyValueHeads: 8)
    try LlamaForm.readExperts(reader, count: 8, perToken: 2, into: &configuration)
    configuration.setRotary(try reader.rotary(usualBase: 1_000_000, context: configuration.context))
    configuration.layerPattern[0].window = try reader.optionalSize("sliding_window")
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setRotary(configuration)
    keys["sliding_window"] = .optional(configuration.layerPattern[0].window)
    if let experts = configuration.experts {
      LlamaForm.setExperts(experts, in: &keys, as: "num_local_experts")
    }
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration, mixture: "block_sparse_moe", names: ("w1", "w3", "w2"))
  }
}
