import Martlet
import MartletTensor
import MartletText
import MartletTraining

/// The figures that a run of any kind ends with.
struct RunReport {
  let result: TrainingResult
  let directory: String
  let step: Int
  let tokens: Int
  let tokensPerSecond: Double
  let stepsTaken: Int
  let parameters: Int
  /// Read once, so that the report is the same wherever it is shown.
  let peakMemory = ProcessMemory.peak

  init<T>(_ training: Training<T>, _ result: TrainingResult, tokensPerSecond: Double, stepsTaken: Int) {
    self.result = result
    directory = training.directory.path
    (step, tokens) = (training.trainer.step, training.trainer.tokensSeen)
    parameters = training.trainer.model.parameterCount
    (self.tokensPerSecond, self.stepsTaken) = (tokensPerSecond, stepsTaken)
  }

  /// The losses, for programs.
  var losses: JSONObject {
    ["validation_loss": .number(result.validationLoss), "train_loss": .number(result.trainLoss)]
  }

  /// What the run took and where it is, for programs.
  var effort: JSONObject {
    [
      "steps": .integer(step),
      "tokens": .integer(tokens),
      "tokens_per_second": .number(tokensPerSecond.rounded()),
      "steps_taken": .integer(stepsTaken),
      "peak_memory_bytes": .integer(peakMemory),
      "parameters": .integer(parameters),
      "ending": .string(result.ending.rawValue),
      "directory": .string(directory),
    ]
  }

  /// Why the run ended where it did not simply finish.
  var endingLines: [String] {
    switch result.ending {
    case .finished: []
    case .stopped: ["stopped after step \(step); go on with: martlet train --resume \(directory)"]
    case .noImprovement: ["stopped after step \(step): the held-out loss no longer improves"]
    }
  }

  /// What the run took, for people.
  var effortLines: [String] {
    [
      "speed           \(Format.count(Int(tokensPerSecond))) tokens a second, "
        + "\(Format.count(tokens)) tokens in \(step) steps",
      "memory          \(Format.bytes(peakMemory)) at most",
    ]
  }
}
