import MartletTensor
import MartletText

/// The Phi form (1, 1.5 and 2): both branches on the same normalised states, partly rotated heads, biases everywhere, the
/// head's included.
///
/// - Source: Li et al. 2023, arXiv:2309.05463, section 2.1.
public enum Phi: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "phi"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "PhiForCausalLM"
  /// The dropout of embeddings, which training here has none of.
  public static let harmlessKeys: Set<String> = ["embd_pdrop"]

  private static let usualFraction = 0.5

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = StarCoder2.configuration(sizes)
    (configuration.attention.hasBias, configuration.feedForwardBias) = (true, true)
    configuration.block = .parallelOnOneNormalization
    configuration.layerPattern = [LayerForm(rotary: Rotary(fraction: usualFraction))]
    configuration.isTied = sizes.isTied ?? false
    configuration.hasHeadBias = true
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    try reader.refuse("qk_layernorm")
    var configuration = try LlamaForm.configuration(
      reading: reader, usual: configuration, epsilonKey: "layer_norm_eps")
    if let dropout: Float = try reader.optional("resid_pdrop") { configuration.dropout = dropout }
    configuration.setRotary(
      try reader.rotary(
        fractionKey: "partial_rotary_factor", usualFraction: usualFraction, context: configuration.context))
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration, epsilonKey: "layer_norm_eps")
    keys.setRotary(configuration)
    keys["partial_rotary_factor"] = .double(configuration.rotary?.fraction ?? 1)
    keys["resid_pdrop"] = .decimal(configuration.dropout)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(
      of: configuration, finalNormalization: "model.final_layernorm",
      attention: [
        ("self_attn.q_proj", ["attention.query"], true), ("self_attn.k_proj", ["attention.key"], true),
        ("self_attn.v_proj", ["attention.value"], true), ("self_attn.dense", ["attention.output"], true),
      ],
      feedForward: [("mlp.fc1", ["feedForward.up"], true), ("mlp.fc2", ["feedForward.down"], true)])
  }
}
