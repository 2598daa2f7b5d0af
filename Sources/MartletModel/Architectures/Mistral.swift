import MartletText

/// The Mistral form: Llama's, with a window over the keys that a query sees.
///
/// - Source: Jiang et al. 2023, arXiv:2310.06825, section 2.
public enum Mistral: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "mistral"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "MistralForCausalLM"

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes)
    configuration.layerPattern = [LayerForm(rotary: Rotary(), window: 4096)]
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    try reader.refuse("attention_bias", "mlp_bias")
    var configuration = try LlamaForm.configuration(
      reading: reader, usual: configuration, keyValueHeads: 8)
    configuration.layerPattern[0].window = try reader.optionalSize("sliding_window", whenMissing: 4096)
    configuration.setRotary(try reader.rotary(context: configuration.context))
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setRotary(configuration)
    keys["sliding_window"] = .optional(configuration.layerForm(0).window)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration)
  }
}
