import MartletText

/// The OLMo 2 form: Llama's, with normalised branches instead of inputs, and all queries and all keys of a token
/// normalised together.
///
/// - Source: OLMo Team 2024, arXiv:2501.00656, section 3.2.
public enum OLMo2: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "olmo2"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "Olmo2ForCausalLM"
  /// None.
  public static let tokenClassifierClass: String? = nil

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes)
    configuration.block = .normalizingOutputs
    configuration.normalizationEpsilon = 1e-5
    configuration.attention = AttentionForm(hasBias: sizes.hasBias ?? false)
    configuration.attention.queryKeyNormalization = .whole
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    try reader.refuse("mlp_bias")
    var configuration = try LlamaForm.configuration(reading: reader, usual: configuration)
    configuration.attention.hasBias = try reader.optional("attention_bias") ?? false
    configuration.setRotary(try reader.rotary(context: configuration.context))
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setRotary(configuration)
    keys["attention_bias"] = .bool(configuration.attention.inputBias)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration)
  }
}
