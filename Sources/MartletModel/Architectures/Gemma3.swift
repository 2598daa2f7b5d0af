import MartletText

/// The Gemma 3 form of text models: Gemma 2's without the cap of scores, with each head's queries and keys normalised,
/// and with other rotations in the layers that have a window.
///
/// - Source: Gemma Team 2025, arXiv:2503.19786, section 2.
public enum Gemma3: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "gemma3_text"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "Gemma3ForCausalLM"
  /// The class of `transformers` that loads it as a classifier of sequences: that of text models.
  public static let sequenceClassifierClass: String? = "Gemma3TextForSequenceClassification"
  /// None.
  public static let tokenClassifierClass: String? = nil

  /// The older name of a key beside which it stands.
  public static let harmlessKeys: Set<String> = ["hidden_act"]

  /// The second and third are those of files of models with images, of which the text model is read.
  public static let trunkPrefixes = ["model.", "model.language_model.", "language_model.model.", ""]

  private static let (globalBase, localBase) = (1_000_000.0, 10_000.0)

  /// The usual decoder for some sizes.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = Gemma2.configuration(sizes)
    configuration.attention.softCap = nil
    configuration.logitSoftCap = nil
    configuration.attention.queryKeyNormalization = .perHead
    configuration.layerPattern = LayerForm.pattern(layers: min(sizes.layers, 6)) { layer in
      (layer + 1) % 6 == 0
        ? LayerForm(rotary: Rotary(base: globalBase))
        : LayerForm(rotary: Rotary(base: localBase), window: 512)
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
    // `transformers` 4 caps scores where this is a number, and 5 does not.
    if let cap: Double = try reader.optional("attn_logit_softcapping") {
      throw reader.unsupported("attn_logit_softcapping", "must be null, not \(cap)")
    }
    configuration.logitSoftCap = try reader.optional("final_logit_softcapping")
    let pattern = try reader.optionalSize("sliding_window_pattern", whenMissing: nil)
    let older = try reader.optionalSize("_sliding_window_pattern", whenMissing: nil)
    configuration.layerPattern = [LayerForm()]
    try LlamaForm.setWindows(
      try reader.optionalSize("sliding_window", whenMissing: 4096), of: &configuration, reading: reader
    ) { ($0 + 1) % (pattern ?? older ?? 6) != 0 }
    try setRotations(of: &configuration, reading: reader)
    return configuration
  }

  private static func setRotations(
    of configuration: inout DecoderConfiguration, reading reader: ConfigurationReader
  ) throws(MartletError) {
    let keys = try reader.nested("rope_parameters")
    let (global, local) = (try keys?.nested("full_attention"), try keys?.nested("sliding_attention"))
    try keys?.refuseUnknownKeys(of: "Gemma 3", harmless: [])
    let scaling = try reader.nested("rope_scaling")
    if scaling != nil && global != nil {
      throw reader.unexpected("rope_scaling", expected: "null beside rope_parameters")
    }
    let context = configuration.context
    let ofFull = try reader.rotary(
      within: global ?? scaling, usualBase: try reader.optional("rope_theta") ?? globalBase, context: context)
    let ofSliding = try reader.rotary(
      within: local, usualBase: try reader.optional("rope_local_base_freq") ?? localBase, context: context)
    for place in configuration.layerPattern.indices {
      let isFull = configuration.layerPattern[place].window == nil
      configuration.layerPattern[place].rotary = isFull ? ofFull : ofSliding
    }
    configuration.context = ofFull.context(maximum: context)
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration, activationKey: "hidden_activation")
    let rotations = [false, true].map { hasWindow in
      configuration.layerPattern.first { ($0.window != nil) == hasWindow }?.rotary
    }
    keys["rope_theta"] = .double(rotations[0]?.base ?? globalBase)
    keys["rope_scaling"] = rotations[0]?.scalingKeys(context: configuration.context).map { .keys($0) }
    keys["rope_local_base_freq"] = .double(rotations[1]?.base ?? localBase)
    Gemma2.setAttention(of: configuration, in: &keys)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration)
  }
}
