import MartletModel
import MartletTensor

/// The cross-entropy of each next token.
public struct LanguageModelObjective: Objective {
  /// The objective.
  public init() {}

  /// Adds a micro-batch's losses and gradients; log-probabilities and their gradient come from one product with the head.
  public func accumulate(
    _ batch: TokenBatch, _ model: LanguageModel, _ pass: TrainingPass, totalWeight: Double,
    into loss: inout LossSum
  ) {
    let gradient = CrossEntropy().gradient(weights: batch.weights, totalWeight: totalWeight)
    let logProbabilities = model.head.logProbabilities(
      of: batch.targets, pass.hiddenStates(of: batch.tokens, offsets: batch.offsets, model.decoder),
      knownGradient: gradient)
    CrossEntropy().add(logProbabilities, weights: batch.weights, to: &loss)
    if loss.sum.isFinite { logProbabilities.backward(gradient) }
  }
}
