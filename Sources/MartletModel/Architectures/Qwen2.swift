import MartletText

/// The Qwen2 form: Llama's, with biases of queries, keys and values, and perhaps a window in the last layers.
///
/// - Source: Yang et al. 2024, arXiv:2407.10671, section 2.2.
public enum Qwen2: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "qwen2"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "Qwen2ForCausalLM"

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes)
    configuration.attention.inputBias = true
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    try reader.refuse("mlp_bias", "use_mrope")
    var configuration = try LlamaForm.configuration(
      reading: reader, usual: configuration, keyValueHeads: 32)
    configuration.setRotary(try reader.rotary(context: configuration.context))
    try setWindows(of: &configuration, reading: reader)
    return configuration
  }

  /// The layers from `max_window_layers` on have a window where `use_sliding_window` is on.
  static func setWindows(
    of configuration: inout DecoderConfiguration, reading reader: ConfigurationReader
  ) throws(MartletError) {
    let window = try reader.optionalSize("sliding_window", whenMissing: 4096)
    let (isOn, first): (Bool?, Int?) = (
      try reader.optional("use_sliding_window"), try reader.optional("max_window_layers")
    )
    try LlamaForm.setWindows(isOn == true ? window : nil, of: &configuration, reading: reader) { layer in
      isOn == true && window != nil && layer >= first ?? 28
    }
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setRotary(configuration)
    setWindows(of: configuration, in: &keys)
    return keys
  }

  static func setWindows(of configuration: DecoderConfiguration, in keys: inout ConfigurationKeys) {
    let window = LlamaForm.window(configuration)
    keys["use_sliding_window"] = .bool(window != nil)
    keys["sliding_window"] = .optional(window)
    keys["max_window_layers"] = .integer(
      (0..<configuration.layers).first { configuration.layerForm($0).window != nil } ?? configuration.layers)
    keys["layer_types"] = LlamaForm.layerTypes(configuration)
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration)
  }
}
