import MartletTensor
import MartletText

/// The GPT-2 form: learned positions, layer normalisation, GELU, biases or none.
///
/// A decoder without biases is written with biases of zero, since `transformers` has no such form; the key
/// `martlet_bias` remembers it.
///
/// - Source: Radford et al. 2019, "Language models are unsupervised multitask learners".
public enum GPT2: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "gpt2"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "GPT2LMHeadModel"
  /// What a file calls the product of a classifier of tokens.
  public static let tokenClassifierProduct = "classifier"

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    let hasBias = sizes.hasBias ?? true
    return DecoderConfiguration(
      vocabulary: sizes.vocabulary, context: sizes.context, width: sizes.width, layers: sizes.layers,
      heads: sizes.heads, keyValueHeads: sizes.heads, headDimension: sizes.width / max(sizes.heads, 1),
      feedForwardWidth: sizes.feedForwardWidth ?? 4 * sizes.width, hasPositionEmbedding: true,
      attention: AttentionForm(hasBias: hasBias), normalization: .layer, normalizationEpsilon: 1e-5,
      normalizationBias: hasBias, feedForward: .plain(.geluTanh), feedForwardBias: hasBias,
      isTied: sizes.isTied ?? true, dropout: sizes.dropout)
  }

  /// The original files leave out the prefix of the trunk.
  public static let trunkPrefixes = ["transformer.", ""]
  /// Keys of heads for other tasks, and others that change nothing.
  public static let harmlessKeys: Set<String> = [
    "embd_pdrop", "n_ctx", "summary_activation", "summary_first_dropout", "summary_proj_to_labels",
    "summary_type", "summary_use_proj",
  ]

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    try reader.refuse("add_cross_attention", "scale_attn_by_inverse_layer_idx")
    try reader.require("scale_attn_weights", true)
    try reader.requireMultiple("n_embd", of: "n_head")
    let sizes = DecoderSizes(
      vocabulary: try reader.size("vocab_size"), context: try reader.size("n_positions"),
      width: try reader.size("n_embd"), layers: try reader.layers("n_layer"),
      heads: try reader.size("n_head"), feedForwardWidth: try reader.optionalSize("n_inner"),
      hasBias: try reader.optional("martlet_bias"),
      isTied: try reader.optional("tie_word_embeddings"),
      dropout: try reader.optional("resid_pdrop") ?? 0.1)
    var configuration = configuration(sizes)
    configuration.normalizationEpsilon = try reader.optional("layer_norm_epsilon") ?? 1e-5
    configuration.feedForward = .plain(try reader.activation("activation_function", usually: .geluTanh))
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = ConfigurationKeys()
    keys["vocab_size"] = .integer(configuration.vocabulary)
    keys["n_positions"] = .integer(configuration.context)
    keys["n_embd"] = .integer(configuration.width)
    keys["n_layer"] = .integer(configuration.layers)
    keys["n_head"] = .integer(configuration.heads)
    keys["n_inner"] = .integer(configuration.feedForwardWidth)
    keys.setActivation("activation_function", configuration.feedForward, geluTanh: "gelu_new")
    keys["layer_norm_epsilon"] = .decimal(configuration.normalizationEpsilon)
    keys["resid_pdrop"] = .decimal(configuration.dropout)
    keys["embd_pdrop"] = .decimal(configuration.dropout)
    keys["attn_pdrop"] = .decimal(0)
    keys["martlet_bias"] = .bool(configuration.attention.inputBias)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    let (width, inner) = (configuration.width, configuration.feedForwardWidth)
    func bias(_ name: String, _ size: Int, _ parameters: String...) -> CheckpointWeight {
      configuration.attention.inputBias
        ? CheckpointWeight(name, parameters) : CheckpointWeight(name, zeros: [size])
    }
    var weights = [
      CheckpointWeight("transformer.wte.weight", "tokenEmbedding.weight"),
      CheckpointWeight("transformer.wpe.weight", "positionEmbedding.weight"),
    ]
    for layer in 0..<configuration.layers {
      let (theirs, ours) = ("transformer.h.\(layer)", "blocks.\(layer)")
      let attention = "\(ours).attention"
      weights += [
        CheckpointWeight("\(theirs).ln_1.weight", "\(ours).attentionNormalization.weight"),
        bias("\(theirs).ln_1.bias", width, "\(ours).attentionNormalization.bias"),
        CheckpointWeight(
          "\(theirs).attn.c_attn.weight", "\(attention).query.weight", "\(attention).key.weight",
          "\(attention).value.weight", layout: .transposed),
        bias(
          "\(theirs).attn.c_attn.bias", 3 * width, "\(attention).query.bias", "\(attention).key.bias",
          "\(attention).value.bias"),
        CheckpointWeight(
          "\(theirs).attn.c_proj.weight", "\(attention).output.weight", layout: .transposed),
        bias("\(theirs).attn.c_proj.bias", width, "\(attention).output.bias"),
        CheckpointWeight("\(theirs).ln_2.weight", "\(ours).feedForwardNormalization.weight"),
        bias("\(theirs).ln_2.bias", width, "\(ours).feedForwardNormalization.bias"),
        CheckpointWeight("\(theirs).mlp.c_fc.weight", "\(ours).feedForward.up.weight", layout: .transposed),
        bias("\(theirs).mlp.c_fc.bias", inner, "\(ours).feedForward.up.bias"),
        CheckpointWeight(
          "\(theirs).mlp.c_proj.weight", "\(ours).feedForward.down.weight", layout: .transposed),
        bias("\(theirs).mlp.c_proj.bias", width, "\(ours).feedForward.down.bias"),
      ]
    }
    weights += [
      CheckpointWeight("transformer.ln_f.weight", "finalNormalization.weight"),
      bias("transformer.ln_f.bias", width, "finalNormalization.bias"),
    ]
    return weights + (configuration.isTied ? [] : [CheckpointWeight("lm_head.weight", "head.weight")])
  }
}
