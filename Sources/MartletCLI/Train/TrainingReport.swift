import Martlet
import MartletTensor
import MartletText

/// The figures that a run of a language model ends with.
struct TrainingReport {
  let run: RunReport
  let samples: [String]

  /// e to the power of the held-out loss.
  var perplexity: Double? { run.result.validationLoss.map { ExactMath.exp($0) } }

  /// The held-out loss in bits a byte of the text.
  var bitsPerByte: Double? { run.result.heldOut?[LanguageModelTrainer.bitsPerByte] }

  var json: JSON {
    var object = run.losses
    object.append("perplexity", .number(perplexity))
    object.append("bits_per_byte", .number(bitsPerByte))
    for (key, value) in run.effort { object.append(key, value) }
    object.append("samples", .array(samples.map { .string($0) }))
    return .object(object)
  }

  /// The report for people, without where the run is kept.
  var lines: [String] {
    var lines: [String] = []
    for (number, sample) in samples.enumerated() {
      lines.append("── sample \(number + 1) " + String(repeating: "─", count: 60))
      lines.append(sample)
    }
    if !samples.isEmpty { lines.append(String(repeating: "─", count: 72)) }
    lines += [""] + run.endingLines
    if let loss = run.result.validationLoss, let bits = bitsPerByte {
      lines.append("held-out loss   \(Format.decimals(loss, 4)) nats a token")
      lines.append("perplexity      \(Format.significant(perplexity ?? .nan, 4))")
      lines.append("bits per byte   \(Format.decimals(bits, 4))")
    }
    if let loss = run.result.trainLoss {
      lines.append("training loss   \(Format.decimals(loss, 4)) nats a token")
    }
    return lines + run.effortLines
  }
}
