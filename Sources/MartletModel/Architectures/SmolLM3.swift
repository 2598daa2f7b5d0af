import MartletText

/// The SmolLM3 form: Llama's, in which every fourth layer does not know positions.
///
/// - Source: Yang et al. 2025, arXiv:2501.18795 (layers without positions); Bakouch et al. 2025, "SmolLM3".
public enum SmolLM3: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "smollm3"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "SmolLM3ForCausalLM"
  /// A key of Qwen2, which `layer_types` makes meaningless.
  public static let harmlessKeys: Set<String> = ["max_window_layers"]

  private static let base = 2_000_000.0

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes, isTied: true)
    configuration.attention = AttentionForm(hasBias: sizes.hasBias ?? false)
    configuration.feedForwardBias = sizes.hasBias ?? false
    configuration.layerPattern = LayerForm.pattern(layers: min(sizes.layers, 4)) { layer in
      LayerForm(rotary: (layer + 1) % 4 == 0 ? nil : Rotary(base: base))
    }
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    var configuration = try LlamaForm.configuration(reading: reader, usual: configuration, keyValueHeads: 4)
    configuration.attention.hasBias = try reader.optional("attention_bias") ?? false
    configuration.feedForwardBias = try reader.optional("mlp_bias") ?? false
    let rotary = try reader.rotary(usualBase: base, context: configuration.context)
    let interval = try reader.optionalSize("no_rope_layer_interval", whenMissing: 4) ?? 4
    let listed: [Int]? = try reader.optional("no_rope_layers")
    if let listed, listed.count < configuration.layers {
      throw reader.unexpected("no_rope_layers", expected: "0 or 1 for each of \(configuration.layers) layers")
    }
    let isRotated = (0..<configuration.layers).map { layer in
      listed.map { $0[layer] != 0 } ?? ((layer + 1) % interval != 0)
    }
    configuration.layerPattern = LayerForm.pattern(layers: configuration.layers) { layer in
      LayerForm(rotary: isRotated[layer] ? rotary : nil)
    }
    configuration.context = rotary.context(maximum: configuration.context)
    let (isOn, window): (Bool?, Int?) = (
      try reader.optional("use_sliding_window"), try reader.optionalSize("sliding_window")
    )
    try LlamaForm.setWindows(isOn == true ? window : nil, of: &configuration, reading: reader) { layer in
      isOn == true && window != nil && !isRotated[layer]
    }
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setRotary(configuration)
    keys["attention_bias"] = .bool(configuration.attention.inputBias)
    keys["mlp_bias"] = .bool(configuration.feedForwardBias)
    let layers = 0..<configuration.layers
    keys["no_rope_layers"] = .list(layers.map { .integer(configuration.layerForm($0).rotary == nil ? 0 : 1) })
    keys["use_sliding_window"] = .bool(LlamaForm.window(configuration) != nil)
    keys["sliding_window"] = .optional(LlamaForm.window(configuration))
    keys["layer_types"] = LlamaForm.layerTypes(configuration)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration)
  }
}
