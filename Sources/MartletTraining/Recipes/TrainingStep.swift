import MartletModel
import MartletTensor
import MartletText

/// What one step did.
public struct StepReport: Sendable, Equatable {
  /// The number of the step, counted from 1.
  public let step: Int
  /// The mean loss of the step's batch before its update, in nats a token.
  public let loss: Double
  /// The learning rate of the update.
  public let learningRate: Double
  /// The global norm of the gradient before clipping.
  public let gradientNorm: Double
  /// The number of tokens predicted.
  public let tokens: Int
}

/// One step of gradient descent on the cross-entropy of a batch.
///
/// The same bits whether the batch comes whole or in parts: gradients accumulate tokens ascending, and losses are
/// summed in Double in the same order.
struct TrainingStep {
  var clip: Double
  var dropout: Float = 0
  var seed: UInt64 = 0
  var usesCheckpointing = false
  var precision = ProductPrecision.float32

  /// Updates the model's parameters against the gradient of the mean loss.
  ///
  /// - Throws: when the loss or its gradient is not finite; the parameters are then left as they were.
  func run(
    _ microBatches: [TokenBatch], _ model: LanguageModel, _ optimizer: inout AdamW, learningRate: Double
  ) throws(MartletError) -> StepReport {
    let totalWeight = microBatches.reduce(0.0) { $0 + $1.weights.reduce(0.0) { $0 + Double($1) } }
    var loss = LossSum()
    for batch in microBatches {
      let mask =
        dropout > 0
        ? Dropout(
          probability: dropout, seed: seed, step: optimizer.step, firstToken: batch.firstToken) : nil
      let gradient = CrossEntropy().gradient(weights: batch.weights, totalWeight: totalWeight)
      ProductPrecision.with(precision) {
        let logProbabilities = model.logProbabilities(
          of: batch, dropout: mask, isCheckpointed: usesCheckpointing, knownGradient: gradient)
        CrossEntropy().add(logProbabilities, weights: batch.weights, to: &loss)
        if loss.sum.isFinite { logProbabilities.backward(gradient) }
      }
    }
    let parameters = model.parameters
    let norm = loss.sum.isFinite ? GradientNorm.of(parameters) : .nan
    let report = StepReport(
      step: optimizer.step + 1, loss: loss.mean, learningRate: learningRate, gradientNorm: norm,
      tokens: microBatches.reduce(0) { $0 + $1.tokens.count })
    guard norm.isFinite else {
      parameters.forEach { $0.clearGradient() }
      throw Self.notFinite(report)
    }
    optimizer.update(
      parameters, learningRate: learningRate,
      gradientScale: GradientNorm.scale(norm: norm, limit: clip))
    return report
  }

  private static func notFinite(_ report: StepReport) -> MartletError {
    let what =
      report.loss.isFinite
      ? "the gradient's norm at step \(report.step) is not finite (its loss was \(report.loss))"
      : "the loss at step \(report.step) is not finite (\(report.loss))"
    return MartletError(
      "\(what): most likely the learning rate \(report.learningRate) is too high; use a lower "
        + "--learning-rate, a longer --warmup or a smaller --clip")
  }
}
