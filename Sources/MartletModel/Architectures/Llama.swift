import MartletTensor
import MartletText

/// The Llama form: rotary positions, root-mean-square normalisation, SwiGLU, grouped queries.
///
/// - Source: Touvron et al. 2023, arXiv:2302.13971, section 2.2.
public enum Llama: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "llama"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "LlamaForCausalLM"

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    // Two thirds of four widths, so that three matrices hold what two would, rounded up to a multiple of 8.
    let inner = sizes.feedForwardWidth ?? (8 * sizes.width / 3 + 7) / 8 * 8
    let hasBias = sizes.hasBias ?? false
    return DecoderConfiguration(
      vocabulary: sizes.vocabulary, context: sizes.context, width: sizes.width, layers: sizes.layers,
      heads: sizes.heads, keyValueHeads: sizes.keyValueHeads ?? sizes.heads,
      headDimension: sizes.width / max(sizes.heads, 1), feedForwardWidth: inner,
      positions: .rotary(base: 10000), normalization: .rootMeanSquare, normalizationEpsilon: 1e-5,
      feedForward: .gated(.silu), attentionBias: hasBias, feedForwardBias: hasBias,
      normalizationBias: false, isTied: sizes.isTied ?? false, dropout: sizes.dropout)
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    try reader.requireNull("rope_scaling")
    let headDimension = try reader.optionalSize("head_dim")
    if headDimension == nil { try reader.requireMultiple("hidden_size", of: "num_attention_heads") }
    let sizes = DecoderSizes(
      vocabulary: try reader.size("vocab_size"), context: try reader.size("max_position_embeddings"),
      width: try reader.size("hidden_size"), layers: try reader.size("num_hidden_layers"),
      heads: try reader.size("num_attention_heads"),
      keyValueHeads: try reader.optionalSize("num_key_value_heads"),
      feedForwardWidth: try reader.size("intermediate_size"),
      isTied: try reader.optional("tie_word_embeddings"),
      dropout: try reader.optional("martlet_dropout") ?? 0)
    var configuration = configuration(sizes)
    if let headDimension { configuration.headDimension = headDimension }
    configuration.positions = .rotary(base: try reader.rotaryBase())
    configuration.normalizationEpsilon = try reader.optional("rms_norm_eps") ?? 1e-6
    configuration.feedForward = .gated(try reader.activation("hidden_act", usually: .silu))
    configuration.attentionBias = try reader.optional("attention_bias") ?? false
    configuration.feedForwardBias = try reader.optional("mlp_bias") ?? false
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = ConfigurationKeys()
    keys["vocab_size"] = .integer(configuration.vocabulary)
    keys["max_position_embeddings"] = .integer(configuration.context)
    keys["hidden_size"] = .integer(configuration.width)
    keys["num_hidden_layers"] = .integer(configuration.layers)
    keys["num_attention_heads"] = .integer(configuration.heads)
    keys["num_key_value_heads"] = .integer(configuration.keyValueHeads)
    keys["head_dim"] = .integer(configuration.headDimension)
    keys["intermediate_size"] = .integer(configuration.feedForwardWidth)
    keys.setActivation("hidden_act", configuration.feedForward)
    keys["rms_norm_eps"] = .decimal(configuration.normalizationEpsilon)
    if case .rotary(let base) = configuration.positions { keys.setRotaryBase(base) }
    keys["attention_bias"] = .bool(configuration.attentionBias)
    keys["mlp_bias"] = .bool(configuration.feedForwardBias)
    keys["attention_dropout"] = .decimal(0)
    keys["martlet_dropout"] = .decimal(configuration.dropout)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    var weights = [CheckpointWeight("model.embed_tokens.weight", "tokenEmbedding.weight")]
    for layer in 0..<configuration.layers {
      let (theirs, ours) = ("model.layers.\(layer)", "blocks.\(layer)")
      let products = [
        ("self_attn.q_proj", "attention.query", configuration.attentionBias),
        ("self_attn.k_proj", "attention.key", configuration.attentionBias),
        ("self_attn.v_proj", "attention.value", configuration.attentionBias),
        ("self_attn.o_proj", "attention.output", configuration.attentionBias),
        ("mlp.gate_proj", "feedForward.gate", configuration.feedForwardBias),
        ("mlp.up_proj", "feedForward.up", configuration.feedForwardBias),
        ("mlp.down_proj", "feedForward.down", configuration.feedForwardBias),
      ]
      weights += [
        CheckpointWeight("\(theirs).input_layernorm.weight", "\(ours).attentionNormalization.weight"),
        CheckpointWeight(
          "\(theirs).post_attention_layernorm.weight", "\(ours).feedForwardNormalization.weight"),
      ]
      for (their, our, hasBias) in products {
        weights.append(CheckpointWeight("\(theirs).\(their).weight", "\(ours).\(our).weight"))
        if hasBias { weights.append(CheckpointWeight("\(theirs).\(their).bias", "\(ours).\(our).bias")) }
      }
    }
    weights.append(CheckpointWeight("model.norm.weight", "finalNormalization.weight"))
    return weights + (configuration.isTied ? [] : [CheckpointWeight("lm_head.weight", "head.weight")])
  }
}
