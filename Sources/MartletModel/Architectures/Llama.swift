import MartletText

/// The Llama form, versions 1 to 3: rotary positions, root-mean-square normalisation, SwiGLU, grouped queries.
///
/// - Source: Touvron et al. 2023, arXiv:2302.13971, section 2.2; Grattafiori et al. 2024, arXiv:2407.21783.
public enum Llama: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "llama"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "LlamaForCausalLM"

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes)
    // Of Llama 2 and 3; Llama 1 had 1e-6, which `transformers` takes where the key is missing.
    configuration.normalizationEpsilon = 1e-5
    configuration.attention = AttentionForm(hasBias: sizes.hasBias ?? false)
    configuration.feedForwardBias = sizes.hasBias ?? false
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    try reader.refuse("rope_interleaved")
    var configuration = try LlamaForm.configuration(reading: reader, usual: configuration)
    if !reader.has("rms_norm_eps") { configuration.normalizationEpsilon = 1e-6 }
    configuration.setRotary(try reader.rotary(context: configuration.context))
    configuration.attention = AttentionForm(hasBias: try reader.optional("attention_bias") ?? false)
    configuration.feedForwardBias = try reader.optional("mlp_bias") ?? false
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setRotary(configuration)
    keys["attention_bias"] = .bool(configuration.attention.inputBias)
    keys["mlp_bias"] = .bool(configuration.feedForwardBias)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration)
  }
}
