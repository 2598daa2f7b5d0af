import MartletTensor
import MartletText

/// The keys and names that Llama gave the field, and most families share.
enum LlamaForm {
  /// Rotary positions, root-mean-square normalisation, SwiGLU, grouped queries.
  static func configuration(_ sizes: DecoderSizes, isTied: Bool = false) -> DecoderConfiguration {
    // Two thirds of four widths, so that three matrices hold what two would, rounded up to a multiple of 8.
    let inner = sizes.feedForwardWidth ?? (8 * sizes.width / 3 + 7) / 8 * 8
    var configuration = DecoderConfiguration(
      vocabulary: sizes.vocabulary, context: sizes.context, width: sizes.width, layers: sizes.layers,
      heads: sizes.heads, keyValueHeads: sizes.keyValueHeads ?? sizes.heads,
      headDimension: sizes.width / max(sizes.heads, 1), feedForwardWidth: inner,
      normalization: .rootMeanSquare, normalizationEpsilon: 1e-6, feedForward: .gated(.silu),
      isTied: sizes.isTied ?? isTied, dropout: sizes.dropout)
    configuration.layerPattern = [LayerForm(rotary: Rotary())]
    return configuration
  }

  /// The decoder a `config.json` describes, but for its rotations.
  ///
  /// - Parameters:
  ///   - usual: the family's decoder for some sizes.
  ///   - keyValueHeads: how many `transformers` takes where the key is missing; nil for as many as heads.
  ///   - headDimension: what it takes where the key is missing; nil for width over heads.
  ///   - activationKey: the key of the activation.
  ///   - epsilonKey: the key of what is added to a mean square.
  static func configuration(
    reading reader: ConfigurationReader, usual: (DecoderSizes) -> DecoderConfiguration,
    keyValueHeads: Int? = nil, headDimension: Int? = nil, activationKey: String = "hidden_act",
    epsilonKey: String = "rms_norm_eps"
  ) throws(MartletError) -> DecoderConfiguration {
    let headDimension = try reader.optionalSize("head_dim", whenMissing: headDimension)
    if headDimension == nil { try reader.requireMultiple("hidden_size", of: "num_attention_heads") }
    let sizes = DecoderSizes(
      vocabulary: try reader.size("vocab_size"), context: try reader.size("max_position_embeddings"),
      width: try reader.size("hidden_size"), layers: try reader.layers("num_hidden_layers"),
      heads: try reader.size("num_attention_heads"),
      keyValueHeads: try reader.optionalSize("num_key_value_heads", whenMissing: keyValueHeads),
      feedForwardWidth: try reader.size("intermediate_size"),
      isTied: try reader.optional("tie_word_embeddings"),
      dropout: try reader.optional("martlet_dropout") ?? 0)
    var configuration = usual(sizes)
    if let headDimension { configuration.headDimension = headDimension }
    configuration.normalizationEpsilon = try reader.optional(epsilonKey) ?? configuration.normalizationEpsilon
    switch configuration.feedForward {
    case .plain(let activation):
      configuration.feedForward = .plain(try reader.activation(activationKey, usually: activation))
    case .gated(let activation):
      configuration.feedForward = .gated(try reader.activation(activationKey, usually: activation))
    }
    return configuration
  }

  /// The keys of a `config.json` that ``configuration(reading:usual:keyValueHeads:headDimension:activationKey:epsilonKey:)``
  /// reads, and those of the rotation of the layers that have one.
  static func keys(
    of configuration: DecoderConfiguration, activationKey: String = "hidden_act",
    epsilonKey: String = "rms_norm_eps"
  ) -> ConfigurationKeys {
    var keys = ConfigurationKeys()
    keys["vocab_size"] = .integer(configuration.vocabulary)
    keys["max_position_embeddings"] = .integer(
      configuration.layerPattern.compactMap { $0.rotary?.maximum(context: configuration.context) }.min()
        ?? configuration.context)
    keys["hidden_size"] = .integer(configuration.width)
    keys["num_hidden_layers"] = .integer(configuration.layers)
    keys["num_attention_heads"] = .integer(configuration.heads)
    keys["num_key_value_heads"] = .integer(configuration.keyValueHeads)
    keys["head_dim"] = .integer(configuration.headDimension)
    keys["intermediate_size"] = .integer(configuration.feedForwardWidth)
    keys.setActivation(activationKey, configuration.feedForward)
    keys[epsilonKey] = .decimal(configuration.normalizationEpsilon)
    keys["attention_dropout"] = .decimal(0)
    keys["martlet_dropout"] = .decimal(configuration.dropout)
    return keys
  }
}

extension DecoderConfiguration {
  /// The first layer's rotation, which is every layer's that has one in most families.
  var rotary: Rotary? { layerPattern.lazy.compactMap(\.rotary).first }

  /// Gives every layer one rotation, and the decoder the context that comes with it.
  mutating func setRotary(_ rotary: Rotary) {
    for place in layerPattern.indices { layerPattern[place].rotary = rotary }
    context = rotary.context(maximum: context)
  }
}

extension ConfigurationKeys {
  /// `rope_theta` and `rope_scaling`.
  mutating func setRotary(_ configuration: DecoderConfiguration, baseKey: String = "rope_theta") {
    guard let rotary = configuration.rotary else { return }
    self[baseKey] = .double(rotary.base)
    self["rope_scaling"] = rotary.scalingKeys(context: configuration.context).map { .keys($0) }
  }
}
