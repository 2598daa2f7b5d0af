import MartletTensor
import MartletText

/// The GPT-NeoX form, also of Pythia: layer normalisation, both branches on the same states, partly rotated heads.
///
/// - Source: Black et al. 2022, arXiv:2204.06745, section 2.1; Biderman et al. 2023, arXiv:2304.01373.
public enum GPTNeoX: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "gpt_neox"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "GPTNeoXForCausalLM"
  /// What a file calls the product of a classifier of tokens.
  public static let tokenClassifierProduct = "classifier"
  /// A file of the trunk alone leaves out its prefix.
  public static let trunkPrefixes = ["gpt_neox.", ""]

  private static let usualFraction = 0.25

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = GPT2.configuration(sizes)
    configuration.attention = AttentionForm(hasBias: sizes.hasBias ?? true)
    (configuration.feedForwardBias, configuration.normalizationBias) = (true, true)
    configuration.hasPositionEmbedding = false
    configuration.layerPattern = [LayerForm(rotary: Rotary(fraction: usualFraction))]
    configuration.block = .parallel
    configuration.feedForward = .plain(.gelu)
    configuration.isTied = sizes.isTied ?? false
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    var configuration = try LlamaForm.configuration(
      reading: reader, usual: configuration, epsilonKey: "layer_norm_eps")
    if configuration.headDimension * configuration.heads != configuration.width {
      throw reader.unexpected("head_dim", expected: "hidden_size over num_attention_heads")
    }
    if let shared = try reader.optionalSize("num_key_value_heads"), shared != configuration.heads {
      throw reader.unexpected("num_key_value_heads", expected: "as many as num_attention_heads")
    }
    configuration.attention.hasBias = try reader.optional("attention_bias") ?? true
    configuration.block =
      try reader.optional("use_parallel_residual") ?? true ? .parallel : .normalizingInputs
    if let dropout: Float = try reader.optional("hidden_dropout") { configuration.dropout = dropout }
    configuration.setRotary(
      try reader.rotary(
        baseKey: "rotary_emb_base", fractionKey: "rotary_pct", usualFraction: usualFraction,
        context: configuration.context))
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration, epsilonKey: "layer_norm_eps")
    keys.setRotary(configuration, baseKey: "rotary_emb_base")
    keys["rotary_pct"] = .double(configuration.rotary?.fraction ?? 1)
    keys["use_parallel_residual"] = .bool(configuration.block == .parallel)
    keys["attention_bias"] = .bool(configuration.attention.inputBias)
    keys["hidden_dropout"] = .decimal(configuration.dropout)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    var weights = [CheckpointWeight("gpt_neox.embed_in.weight", "tokenEmbedding.weight")]
    for layer in 0..<configuration.layers {
      let (theirs, ours) = ("gpt_neox.layers.\(layer)", "blocks.\(layer)")
      for part in ["weight", "bias"] {
        func weight(_ their: String, _ our: String...) -> CheckpointWeight {
          CheckpointWeight(
            "\(theirs).\(their).\(part)", our.map { "\(ours).\($0).\(part)" },
            layout: our.count == 1 ? .same : .alternating(rows: configuration.headDimension))
        }
        weights += [
          weight("input_layernorm", "attentionNormalization"),
          weight("post_attention_layernorm", "feedForwardNormalization"),
          weight("mlp.dense_h_to_4h", "feedForward.up"), weight("mlp.dense_4h_to_h", "feedForward.down"),
        ]
        if part == "bias", !configuration.attention.inputBias { continue }
        weights += [
          weight("attention.query_key_value", "attention.query", "attention.key", "attention.value"),
          weight("attention.dense", "attention.output"),
        ]
      }
    }
    weights += ["weight", "bias"].map {
      CheckpointWeight("gpt_neox.final_layer_norm.\($0)", "finalNormalization.\($0)")
    }
    if configuration.isTied { return weights }
    return weights + [CheckpointWeight("embed_out.weight", ["head.weight"], otherName: "lm_head.weight")]
  }
}
