import MartletTensor
import MartletText

/// The StarCoder2 form: rotary positions and grouped queries with GPT-2's layer normalisation and plain GELU, and
/// perhaps a window.
///
/// - Source: Lozhkov et al. 2024, arXiv:2402.19173, section 5.
public enum StarCoder2: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "starcoder2"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "Starcoder2ForCausalLM"
  /// Names of its first configurations for what `transformers` takes from others or does not know.
  public static let harmlessKeys: Set<String> = [
    "attention_softmax_in_fp32", "embd_pdrop", "embedding_dropout", "layer_norm_epsilon", "resid_pdrop",
    "scale_attention_softmax_in_fp32",
  ]

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    let hasBias = sizes.hasBias ?? true
    var configuration = LlamaForm.configuration(sizes, isTied: true)
    configuration.feedForwardWidth = sizes.feedForwardWidth ?? 4 * sizes.width
    configuration.normalization = .layer
    configuration.normalizationEpsilon = 1e-5
    configuration.normalizationBias = true
    configuration.attention = AttentionForm(hasBias: hasBias)
    configuration.feedForward = .plain(.geluTanh)
    configuration.feedForwardBias = hasBias
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    try reader.require("scale_attn_weights", true)
    try reader.require("mlp_type", "default")
    try reader.require("norm_type", "layer_norm")
    var configuration = try LlamaForm.configuration(
      reading: reader, usual: configuration, keyValueHeads: 2, epsilonKey: "norm_epsilon")
    configuration.attention.hasBias = try reader.optional("use_bias") ?? true
    configuration.feedForwardBias = configuration.attention.inputBias
    if let dropout: Float = try reader.optional("residual_dropout") { configuration.dropout = dropout }
    configuration.layerPattern[0].window = try reader.optionalSize("sliding_window")
    configuration.setRotary(try reader.rotary(context: configuration.context))
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration, epsilonKey: "norm_epsilon")
    keys.setRotary(configuration)
    keys["use_bias"] = .bool(configuration.attention.inputBias)
    keys["residual_dropout"] = .decimal(configuration.dropout)
    keys["embedding_dropout"] = .decimal(configuration.dropout)
    keys["sliding_window"] = .optional(configuration.layerForm(0).window)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(
      of: configuration,
      feedForward: [
        ("mlp.c_fc", ["feedForward.up"], configuration.feedForwardBias),
        ("mlp.c_proj", ["feedForward.down"], configuration.feedForwardBias),
      ])
  }
}
