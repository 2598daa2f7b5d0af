import MartletText

/// The Qwen3 form: Llama's, with each head's queries and keys normalised, and perhaps a window in the last layers.
///
/// - Source: Yang et al. 2025, arXiv:2505.09388, section 2.
public enum Qwen3: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "qwen3"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "Qwen3ForCausalLM"

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes)
    configuration.attention = AttentionForm(hasBias: sizes.hasBias ?? false)
    configuration.attention.queryKeyNormalization = .perHead
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    try reader.refuse("mlp_bias")
    var configuration = try LlamaForm.configuration(
      reading: reader, usual: configuration, keyValueHeads: 32, headDimension: 128)
    configuration.attention.hasBias = try reader.optional("attention_bias") ?? false
    configuration.setRotary(try reader.rotary(context: configuration.context))
    try Qwen2.setWindows(of: &configuration, reading: reader)
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setRotary(configuration)
    keys["attention_bias"] = .bool(configuration.attention.inputBias)
    Qwen2.setWindows(of: configuration, in: &keys)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration)
  }
}
