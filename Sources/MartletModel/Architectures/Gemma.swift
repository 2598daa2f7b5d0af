import MartletTensor
import MartletText

/// The Gemma form: Llama's with GELU gates, normalisation by 1 + weight, and embeddings times √width.
///
/// - Source: Gemma Team 2024, arXiv:2403.08295, section 2.
public enum Gemma: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "gemma"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "GemmaForCausalLM"

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes, isTied: true)
    configuration.attention = AttentionForm(hasBias: sizes.hasBias ?? false)
    configuration.normalization = .offsetRootMeanSquare
    configuration.feedForward = .gated(.geluTanh)
    configuration.multipliers.embedding = Float(Double(sizes.width).squareRoot())
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
      reading: reader, usual: configuration, keyValueHeads: 16, headDimension: 256)
    // The first files say "gelu" and mean its tanh form, which `hidden_activation` says where it is there.
    if configuration.feedForward == .gated(.gelu) { configuration.feedForward = .gated(.geluTanh) }
    guard case .gated(let activation) = configuration.feedForward,
      try reader.activation("hidden_activation", usually: activation) == activation
    else {
      throw reader.unexpected("hidden_activation", expected: "the activation of hidden_act")
    }
    configuration.attention.hasBias = try reader.optional("attention_bias") ?? false
    configuration.setRotary(try reader.rotary(context: configuration.context))
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setActivation("hidden_activation", configuration.feedForward)
    keys.setRotary(configuration)
    keys["attention_bias"] = .bool(configuration.attention.inputBias)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration)
  }
}
