import MartletText

/// The Granite form: Llama's, with fixed multipliers of embeddings, branches, scores and logits.
///
/// - Source: Granite Team 2024, "Granite 3.0 Language Models"; Yang et al. 2022, arXiv:2203.03466 (the multipliers).
public enum Granite: Architecture {
  /// `model_type` in `config.json`.
  public static let name = "granite"
  /// The class of `transformers` that loads it.
  public static let languageModelClass = "GraniteForCausalLM"
  /// None.
  public static let sequenceClassifierClass: String? = nil
  /// None.
  public static let tokenClassifierClass: String? = nil

  /// The usual decoder for some sizes: its scores are divided by the head dimension, as the maximal update
  /// parametrisation has it.
  public static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration {
    var configuration = LlamaForm.configuration(sizes)
    configuration.attention = AttentionForm(hasBias: sizes.hasBias ?? false)
    configuration.attention.scale = .factor(1 / Float(max(configuration.headDimension, 1)))
    configuration.feedForwardBias = sizes.hasBias ?? false
    return configuration
  }

  /// The decoder a `config.json` describes.
  ///
  /// - Throws: when a key is missing, of another kind, or asks for a part the decoder does not have.
  public static func configuration(
    reading reader: ConfigurationReader
  ) throws(MartletError) -> DecoderConfiguration {
    var configuration = try LlamaForm.configuration(reading: reader, usual: configuration)
    configuration.attention.hasBias = try reader.optional("attention_bias") ?? false
    configuration.feedForwardBias = try reader.optional("mlp_bias") ?? false
    configuration.attention.scale = .factor(try reader.optional("attention_multiplier") ?? 1)
    configuration.multipliers.embedding = try reader.optional("embedding_multiplier") ?? 1
    configuration.multipliers.residual = try reader.optional("residual_multiplier") ?? 1
    configuration.multipliers.logitDivisor = try reader.optional("logits_scaling") ?? 1
    configuration.setRotary(try reader.rotary(context: configuration.context))
    return configuration
  }

  /// The keys of a `config.json`, apart from those every family shares.
  public static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys {
    var keys = LlamaForm.keys(of: configuration)
    keys.setRotary(configuration)
    keys["attention_bias"] = .bool(configuration.attention.inputBias)
    keys["mlp_bias"] = .bool(configuration.feedForwardBias)
    keys["attention_multiplier"] = .decimal(
      configuration.attention.scale(headDimension: configuration.headDimension))
    keys["embedding_multiplier"] = .decimal(configuration.multipliers.embedding)
    keys["residual_multiplier"] = .decimal(configuration.multipliers.residual)
    keys["logits_scaling"] = .decimal(configuration.multipliers.logitDivisor)
    return keys
  }

  /// How the parameters lie in a checkpoint.
  public static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    LlamaForm.weights(of: configuration)
  }
}
