import MartletModel

/// The probability that an answer is right, read at its last token alone: the reward is its logit.
///
/// - Source: Cobbe et al. 2021, arXiv:2110.14168, section 4.2 (solution-level verifiers).
public struct SequenceOutcomeObjective: Objective {
  /// The objective.
  public init() {}

  /// Adds a micro-batch's losses and gradients.
  ///
  /// - Parameter batch: each sequence has one label, at its last token.
  public func accumulate(
    _ batch: LabelledBatch<Float>, _ model: Model<ScalarHead>, _ pass: TrainingPass, totalWeight: Double,
    into sum: inout LossSum
  ) {
    let hidden = pass.hiddenStates(of: batch.tokens, offsets: batch.offsets, model.decoder)
    BinaryCrossEntropy().terms(of: model.head.rewards(hidden, offsets: batch.offsets), labels: batch.labels)
      .accumulate(totalWeight: totalWeight, into: &sum)
  }
}
