import Martlet
import MartletTensor
import MartletText

/// The figures a run ends with.
struct TrainingReport {
  let training: LanguageModelTraining
  let result: TrainingResult
  let tokensPerSecond: Double
  let stepsTaken: Int
  let samples: [String]
  /// Read once, so that the report is the same wherever it is shown.
  let peakMemory = ProcessMemory.peak

  init(
    _ training: LanguageModelTraining, _ result: TrainingResult, tokensPerSecond: Double,
    stepsTaken: Int, samples: [String]
  ) {
    self.training = training
    self.result = result
    self.tokensPerSecond = tokensPerSecond
    self.stepsTaken = stepsTaken
    self.samples = samples
  }

  /// e to the power of the held-out loss.
  var perplexity: Double? { result.validationLoss.map { ExactMath.exp($0) } }

  /// The held-out loss in bits a byte of the text.
  var bitsPerByte: Double? { result.heldOut?[LanguageModelTrainer.bitsPerByte] }

  var json: JSON {
    func number(_ value: Double?) -> JSON { value.map { $0.isFinite ? .number($0) : .null } ?? .null }
    return [
      "validation_loss": number(result.validationLoss),
      "train_loss": number(result.trainLoss),
      "perplexity": number(perplexity),
      "bits_per_byte": number(bitsPerByte),
      "steps": .integer(training.trainer.step),
      "tokens": .integer(training.trainer.tokensSeen),
      "tokens_per_second": number(tokensPerSecond.rounded()),
      "steps_taken": .integer(stepsTaken),
      "peak_memory_bytes": .integer(peakMemory),
      "parameters": .integer(training.trainer.model.parameterCount),
      "ending": .string(result.ending.rawValue),
      "directory": .string(training.directory.path),
      "samples": .array(samples.map { .string($0) }),
    ]
  }
}
