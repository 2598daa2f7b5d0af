import MartletTensor
import MartletText

/// The Gemma 2 form: Gemma's, with normalised branches, a window in every other layer, and soft caps of scores and
/// logits.
///
/// - Source: Gemma Team 2024, arXiv:2408.00118, section 2.
public enum Gemma2: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "gemma2"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "Gemma2ForCausalLM"
  /// Older names of keys beside which they stand.
  public static let harmlessKeys: Set<String> = ["hidden_act", "sliding_window_size"]

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = Gemma.configuration(sizes)
    configuration.block = .normalizingBoth
    configuration.attention.scale = .inverseRoot(of: Double(configuration.headDimension))
    configuration.attention.softCap = 50
    configuration.logitSoftCap = 30
    configuration.layerPattern = LayerForm.pattern(layers: min(sizes.layers, 2)) { layer in
      LayerForm(rotary: Rotary(), window: layer % 2 == 0 ? 4096 : nil)
    }
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    try reader.refuse("mlp_bias")
    var configuration = try LlamaForm.configuration(
      reading: reader, usual: configuration, keyValueHeads: 4, headDimension: 256,
      activationKey: "hidden_activation")
    configuration.attention.hasBias = try reader.optional("attention_bias") ?? false
    configuration.attention.scale = .inverseRoot(of: try reader.optional("query_pre_attn_scalar") ?? 256)
    configuration.attention.softCap = try reader.optional("attn_logit_softcapping", whenMissing: 50)
    configuration.logitSoftCap = try reader.optional("final_logit_softcapping", whenMissing: 30)
    configuration.layerPattern = [LayerForm()]
    try LlamaForm.setWindows(
      try reader.optionalSize("sliding_window", whenMissing: 4096), of: &configuration, reading: reader
    ) { $0 % 2 == 0 }
    configuration.setRotary(try reader.rotary(context: configuration.context))
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration, activationKey: "hidden_activation")
    keys.setRotary(configuration)
    setAttention(of: configuration, in: &keys)
    keys["attn_logit_softcapping"] = .optional(configuration.attention.softCap)
    return keys
  }

  /// The keys that Gemma 3 has too.
  static func setAttention(of configuration: DecoderConfiguration, in keys: inout ConfigurationKeys) {
    keys["attention_bias"] = .bool(configuration.attention.inputBias)
    if case .inverseRoot(let scalar) = configuration.attention.scale {
      keys["query_pre_attn_scalar"] = scalar == scalar.rounded() ? .integer(Int(scalar)) : .double(scalar)
    }
    keys["final_logit_softcapping"] = .optional(configuration.logitSoftCap)
    keys["sliding_window"] = .optional(LlamaForm.window(configuration))
    keys["layer_types"] = LlamaForm.layerTypes(configuration)
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration)
  }
}
