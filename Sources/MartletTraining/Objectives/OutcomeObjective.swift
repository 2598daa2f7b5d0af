import MartletModel

/// The probability that an answer is right, at each of its tokens: how likely what is written so far ends well.
///
/// Each labelled token counts the same.
///
/// - Source: Cobbe et al. 2021, arXiv:2110.14168, section 4.2 (token-level verifiers).
public struct OutcomeObjective: Objective {
  /// The objective.
  public init() {}

  /// Adds a micro-batch's losses and gradients.
  ///
  /// - Parameter model: its head has one class, whose logit is that of being right.
  public func accumulate(
    _ batch: LabelledBatch<Float>, _ model: Model<TokenClassifierHead>, _ pass: TrainingPass,
    totalWeight: Double, into sum: inout LossSum
  ) {
    let hidden = pass.hiddenStates(of: batch.tokens, offsets: batch.offsets, model.decoder)
    let logits = model.head.logits(hidden, at: batch.places).reshaped([batch.places.count])
    BinaryCrossEntropy().terms(of: logits, labels: batch.labels)
      .accumulate(totalWeight: totalWeight, into: &sum)
  }
}
