import MartletTensor
import MartletText

extension TrainingSettings {
  /// The settings as a run directory keeps them, among the keys of their recipe.
  package var json: JSONObject {
    func optional(_ number: Int?) -> JSON { number.map { .integer($0) } ?? .null }
    return [
      "dropout": .number(Double("\(dropout)") ?? 0),
      "balance": balance.map { .number(Double("\($0)") ?? 0) } ?? .null,
      "batch_size": .integer(batchSize),
      "micro_batch_size": optional(microBatchSize),
      "steps": .integer(steps),
      "schedule": .string(schedule.rawValue),
      "learning_rate": .number(learningRate),
      "minimum_learning_rate": minimumLearningRate.map { .number($0) } ?? .null,
      "warmup": optional(warmup),
      "beta1": .number(optimizer.beta1),
      "beta2": .number(optimizer.beta2),
      "epsilon": .number(optimizer.epsilon),
      "weight_decay": .number(optimizer.weightDecay),
      "parameter_groups": .array(
        groups.map { ["path": .string($0.path), "rate": .number($0.rate)] }),
      "clip": .number(clip),
      "evaluate_every": .integer(evaluateEvery),
      "patience": optional(patience),
      "checkpointing": .bool(usesCheckpointing),
      "precision": .string(precision.rawValue),
      "seed": JSON(seed),
    ]
  }

  /// Reads what ``json`` wrote.
  ///
  /// - Throws: when a key is missing or of another kind.
  package init(reading reader: JSONReader) throws(MartletError) {
    dropout = try reader.required("dropout")
    balance = try reader.optional("balance")
    batchSize = try reader.required("batch_size")
    microBatchSize = try reader.optional("micro_batch_size")
    steps = try reader.required("steps")
    schedule = try reader.named("schedule")
    learningRate = try reader.required("learning_rate")
    minimumLearningRate = try reader.optional("minimum_learning_rate")
    warmup = try reader.optional("warmup")
    optimizer.beta1 = try reader.required("beta1")
    optimizer.beta2 = try reader.required("beta2")
    optimizer.epsilon = try reader.required("epsilon")
    optimizer.weightDecay = try reader.required("weight_decay")
    // Runs of before there were groups do not say: they have none.
    for group in try reader.readers("parameter_groups") {
      groups.append(ParameterGroup(path: try group.required("path"), rate: try group.required("rate")))
    }
    clip = try reader.required("clip")
    evaluateEvery = try reader.required("evaluate_every")
    patience = try reader.optional("patience")
    usesCheckpointing = try reader.required("checkpointing")
    // Runs of before there was a choice do not say: they are float32.
    if reader["precision"] != nil { precision = try reader.named("precision") }
    seed = try reader.required("seed")
  }
}

extension JSONReader {
  /// The value of a key that names one of some.
  package func named<Value: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(MartletError) -> Value where Value.RawValue == String {
    let name: String = try required(key)
    guard let value = Value(rawValue: name) else {
      throw unexpected(
        key, expected: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }
}
