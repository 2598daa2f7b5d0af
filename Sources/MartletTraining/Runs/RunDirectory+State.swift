import MartletModel
import MartletTensor
import MartletText

extension RunDirectory {
  /// What a run knows of its evaluations.
  struct Progress {
    var bestLoss: Double?
    var evaluationsWithoutGain = 0
  }

  private static let (key, baseKey) = ("martlet_state", "martlet_base_digest")

  /// Writes all that is needed to go on from here.
  func saveState(_ trainer: some Trainer, _ progress: Progress) throws(MartletError) {
    let state: JSON = [
      "step": .integer(trainer.step),
      "tokens": .integer(trainer.tokensSeen),
      "recent_losses": .array(trainer.recentLosses.map { .number($0) }),
      "best_loss": progress.bestLoss.map { .number($0) } ?? .null,
      "evaluations_without_gain": .integer(progress.evaluationsWithoutGain),
    ]
    var tensors: [(name: String, tensor: Tensor)] = []
    for parameter in trainer.keptParameters {
      tensors.append(("value/" + parameter.name, parameter.value))
      if let moments = trainer.progress.optimizer.moments[parameter.name] {
        tensors.append(("mean/" + parameter.name, moments.mean))
        tensors.append(("variance/" + parameter.name, moments.variance))
      }
    }
    var metadata = ["format": "martlet", Self.key: state.compact]
    if let base = trainer.baseDigest { metadata[Self.baseKey] = base }
    try Safetensors.write(tensors, metadata: metadata, to: file(File.state))
  }

  /// Puts a trainer where the last save left off.
  ///
  /// - Throws: when the state is missing, truncated, or of another model than the recipe's.
  func restore(_ trainer: some Trainer) throws(MartletError) -> Progress {
    let stored = try Safetensors(file: file(File.state))
    guard let text = stored.metadata[Self.key] else {
      throw MartletError("\(stored.file): it holds no state of a run; restore the file from a copy")
    }
    let state = try JSONReader(JSON(parsing: text, file: stored.file), file: stored.file)
    let step: Int = try state.required("step")
    guard step >= 0 else { throw state.unexpected("step", expected: "a number of steps from 0") }
    guard stored.metadata[Self.baseKey] == trainer.baseDigest else {
      throw MartletError(
        "\(stored.file): the model that the run's adapter stands on is not the one it was started with; put that one "
          + "back")
    }
    let known = Set(trainer.keptParameters.map { "value/" + $0.name })
    if let extra = stored.names.first(where: { $0.hasPrefix("value/") && !known.contains($0) }) {
      throw MartletError(
        "\(stored.file): it holds the tensor \"\(extra)\", for which the recipe's model has no use; put the "
          + "recipe.json back that the run was started with")
    }
    for parameter in trainer.keptParameters {
      parameter.value = try Self.tensor("value/" + parameter.name, like: parameter, in: stored)
      // What is frozen has no running means.
      if step > 0, parameter.isTrainable {
        trainer.progress.optimizer.moments[parameter.name] = AdamW.Moments(
          mean: try Self.tensor("mean/" + parameter.name, like: parameter, in: stored),
          variance: try Self.tensor("variance/" + parameter.name, like: parameter, in: stored))
      }
    }
    trainer.progress.optimizer.step = step
    trainer.progress.tokensSeen = try state.required("tokens")
    trainer.progress.recentLosses = try state.required("recent_losses")
    return Progress(
      bestLoss: try state.optional("best_loss"),
      evaluationsWithoutGain: try state.required("evaluations_without_gain"))
  }

  private static func tensor(
    _ name: String, like parameter: Parameter, in stored: Safetensors
  ) throws(MartletError) -> Tensor {
    guard let tensor = try stored[name] else {
      throw MartletError("\(stored.file): the tensor \"\(name)\" is missing; restore the file from a copy")
    }
    guard tensor.shape == parameter.value.shape else {
      throw MartletError(
        "\(stored.file): the tensor \"\(name)\" has shape \(tensor.shape), but the recipe calls for "
          + "\(parameter.value.shape)")
    }
    return tensor
  }
}
