import MartletText

/// The Phi-3 form: Llama's, with products that lie in the file one above the other, and perhaps a window, LongRoPE and
/// partly rotated heads.
///
/// - Source: Abdin et al. 2024, arXiv:2404.14219, section 2.
public enum Phi3: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "phi3"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "Phi3ForCausalLM"
  /// Dropout that `transformers` does not apply.
  public static let harmlessKeys: Set<String> = ["embd_pdrop"]

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes)
    configuration.normalizationEpsilon = 1e-5
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    try reader.refuse("attention_bias", "mlp_bias", "lm_head_bias")
    try reader.require("full_attn_mod", 1)
    try reader.require("interpolate_factor", 1)
    var configuration = try LlamaForm.configuration(reading: reader, usual: configuration)
    if let dropout: Float = try reader.optional("resid_pdrop") { configuration.dropout = dropout }
    configuration.layerPattern[0].window = try reader.optionalSize("sliding_window")
    configuration.setRotary(
      try reader.rotary(
        fractionKey: "partial_rotary_factor", usualOriginalContext: 4096,
        // The names of LongRoPE in its first files.
        kinds: ["su": "longrope", "yarn": "longrope"], context: configuration.context))
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setRotary(configuration)
    keys["partial_rotary_factor"] = .double(configuration.rotary?.fraction ?? 1)
    var original = configuration.context
    if case .longRoPE(let numbers) = configuration.rotary?.scaling { original = numbers.originalContext }
    keys["original_max_position_embeddings"] = .integer(original)
    keys["resid_pdrop"] = .decimal(configuration.dropout)
    keys["embd_pdrop"] = .decimal(0)
    keys["sliding_window"] = .optional(configuration.layerForm(0).window)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(
      of: configuration,
      attention: [
        ("self_attn.qkv_proj", ["attention.query", "attention.key", "attention.value"], false),
        ("self_attn.o_proj", ["attention.output"], false),
      ],
      feedForward: [
        ("mlp.gate_up_proj", ["feedForward.gate", "feedForward.up"], false),
        ("mlp.down_proj", ["feedForward.down"], false),
      ])
  }
}
