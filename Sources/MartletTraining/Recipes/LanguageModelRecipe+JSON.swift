import MartletTensor
import MartletText

extension LanguageModelRecipe {
  /// The recipe as a run directory keeps it.
  package var json: JSON {
    func optional(_ number: Int?) -> JSON { number.map { .integer($0) } ?? .null }
    return [
      "data": .array(data.map { .string($0) }),
      "tokenizer": .string(tokenizer),
      "base": base.map { .string($0) } ?? .null,
      "architecture": .string(architecture),
      "layers": .integer(layers),
      "heads": .integer(heads),
      "key_value_heads": optional(keyValueHeads),
      "width": .integer(width),
      "feed_forward": optional(feedForwardWidth),
      "context": .integer(context),
      "bias": hasBias.map { .bool($0) } ?? .null,
      "tied": isTied.map { .bool($0) } ?? .null,
      "dropout": .number(Double("\(dropout)") ?? 0),
      "batch_size": .integer(batchSize),
      "micro_batch_size": optional(microBatchSize),
      "packing": .string(packing.rawValue),
      "steps": .integer(steps),
      "schedule": .string(schedule.rawValue),
      "learning_rate": .number(learningRate),
      "minimum_learning_rate": minimumLearningRate.map { .number($0) } ?? .null,
      "warmup": optional(warmup),
      "beta1": .number(optimizer.beta1),
      "beta2": .number(optimizer.beta2),
      "epsilon": .number(optimizer.epsilon),
      "weight_decay": .number(optimizer.weightDecay),
      "clip": .number(clip),
      "validation_fraction": .number(validationFraction),
      "evaluate_every": .integer(evaluateEvery),
      "patience": optional(patience),
      "checkpointing": .bool(usesCheckpointing),
      "precision": .string(precision.rawValue),
      "seed": JSON(seed),
    ]
  }

  /// Reads what ``json`` wrote.
  ///
  /// - Throws: when a key is missing, of another kind, or contradicts another.
  package init(reading reader: JSONReader) throws(MartletError) {
    data = try reader.required("data")
    tokenizer = try reader.required("tokenizer")
    base = try reader.optional("base")
    architecture = try reader.required("architecture")
    layers = try reader.required("layers")
    heads = try reader.required("heads")
    keyValueHeads = try reader.optional("key_value_heads")
    width = try reader.required("width")
    feedForwardWidth = try reader.optional("feed_forward")
    context = try reader.required("context")
    hasBias = try reader.optional("bias")
    isTied = try reader.optional("tied")
    dropout = try reader.required("dropout")
    batchSize = try reader.required("batch_size")
    microBatchSize = try reader.optional("micro_batch_size")
    packing = try Self.named(reader, "packing")
    steps = try reader.required("steps")
    schedule = try Self.named(reader, "schedule")
    learningRate = try reader.required("learning_rate")
    minimumLearningRate = try reader.optional("minimum_learning_rate")
    warmup = try reader.optional("warmup")
    optimizer.beta1 = try reader.required("beta1")
    optimizer.beta2 = try reader.required("beta2")
    optimizer.epsilon = try reader.required("epsilon")
    optimizer.weightDecay = try reader.required("weight_decay")
    clip = try reader.required("clip")
    validationFraction = try reader.required("validation_fraction")
    evaluateEvery = try reader.required("evaluate_every")
    patience = try reader.optional("patience")
    usesCheckpointing = try reader.required("checkpointing")
    // Runs of before there was a choice do not say: they are float32.
    if reader["precision"] != nil { precision = try Self.named(reader, "precision") }
    seed = try reader.required("seed")
    if let problem { throw MartletError("\(reader.file): \(problem)") }
  }

  private static func named<Value: RawRepresentable & CaseIterable>(
    _ reader: JSONReader, _ key: String
  ) throws(MartletError) -> Value where Value.RawValue == String {
    let name: String = try reader.required(key)
    guard let value = Value(rawValue: name) else {
      throw reader.unexpected(
        key, expected: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }
}
