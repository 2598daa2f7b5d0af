extension LlamaForm {
  /// A product of a block: its name in a checkpoint, the decoder's, and whether it has a bias.
  typealias Product = (theirs: String, ours: [String], hasBias: Bool)

  /// How the parameters lie in a checkpoint, with the parts that the configuration has.
  ///
  /// - Parameters:
  ///   - finalNormalization: what the last normalisation is called.
  ///   - attention: the products of attention, where they lie otherwise.
  ///   - feedForward: those of the feed-forward layer.
  static func weights(
    of configuration: DecoderConfiguration, finalNormalization: String = "model.norm",
    attention: [Product]? = nil, feedForward: [Product]? = nil
  ) -> [CheckpointWeight] {
    let form = configuration.attention
    let products =
      (attention ?? [
        ("self_attn.q_proj", ["attention.query"], form.inputBias),
        ("self_attn.k_proj", ["attention.key"], form.inputBias),
        ("self_attn.v_proj", ["attention.value"], form.inputBias),
        ("self_attn.o_proj", ["attention.output"], form.outputBias),
      ])
      + (feedForward ?? [
        ("mlp.gate_proj", ["feedForward.gate"], configuration.feedForwardBias),
        ("mlp.up_proj", ["feedForward.up"], configuration.feedForwardBias),
        ("mlp.down_proj", ["feedForward.down"], configuration.feedForwardBias),
      ])
    var weights = [CheckpointWeight("model.embed_tokens.weight", "tokenEmbedding.weight")]
    for layer in 0..<configuration.layers {
      let (theirs, ours) = ("model.layers.\(layer)", "blocks.\(layer)")
      for (their, our) in normalizations(configuration) {
        weights.append(CheckpointWeight("\(theirs).\(their).weight", "\(ours).\(our).weight"))
        if configuration.normalizationBias, !our.hasPrefix("attention.") {
          weights.append(CheckpointWeight("\(theirs).\(their).bias", "\(ours).\(our).bias"))
        }
      }
      let hasExperts = configuration.layerForm(layer).feedForward == .experts
      for (their, our, hasBias) in products where !(hasExperts && our[0].hasPrefix("feedForward.")) {
        weights.append(CheckpointWeight("\(theirs).\(their).weight", our.map { "\(ours).\($0).weight" }))
        if hasBias {
          weights.append(CheckpointWeight("\(theirs).\(their).bias", our.map { "\(ours).\($0).bias" }))
        }
      }
    }
    weights.append(CheckpointWeight(finalNormalization + ".weight", "finalNormalization.weight"))
    if configuration.normalizationBias {
      weights.append(CheckpointWeight(finalNormalization + ".bias", "finalNormalization.bias"))
    }
    if !configuration.isTied {
      weights.append(CheckpointWeight("lm_head.weight", LanguageModelHead.ownWeight))
    }
    if configuration.hasHeadBias {
      weights.append(CheckpointWeight("lm_head.bias", LanguageModelHead.ownBias))
    }
    return weights
  }

  /// The normalisations of a block.
  private static func normalizations(
    _ configuration: DecoderConfiguration
  ) -> [(theirs: String, ours: String)] {
    let ofQueriesAndKeys = [
      ("self_attn.q_norm", "attention.queryNormalization"),
      ("self_attn.k_norm", "attention.keyNormalization"),
    ]
    let before = ("input_layernorm", "attentionNormalization")
    let between: [(String, String)] =
      switch configuration.block {
      case .normalizingInputs, .parallel: [before, ("post_attention_layernorm", "feedForwardNormalization")]
      case .parallelOnOneNormalization: [before]
      case .normalizingOutputs:
        [
          ("post_attention_layernorm", "attentionOutputNormalization"),
          ("post_feedforward_layernorm", "feedForwardOutputNormalization"),
        ]
      case .normalizingBoth:
        [
          before, ("post_attention_layernorm", "attentionOutputNormalization"),
          ("pre_feedforward_layernorm", "feedForwardNormalization"),
          ("post_feedforward_layernorm", "feedForwardOutputNormalization"),
        ]
      }
    return between + (configuration.attention.queryKeyNormalization == .none ? [] : ofQueriesAndKeys)
  }
}
