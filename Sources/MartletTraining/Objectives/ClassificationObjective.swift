import MartletModel

/// The class of each sequence, read at its last token.
///
/// - Source: Radford et al. 2018 (GPT), section 3.2, without the language model's loss beside it.
public struct ClassificationObjective: Objective {
  /// The objective.
  public init() {}

  /// Adds a micro-batch's losses and gradients.
  ///
  /// - Parameter batch: each sequence has one label at its last token, a name among the head's classes.
  public func accumulate(
    _ batch: LabelledBatch<String>, _ model: Model<SequenceClassifierHead>, _ pass: TrainingPass,
    totalWeight: Double, into sum: inout LossSum
  ) {
    let hidden = pass.hiddenStates(of: batch.tokens, offsets: batch.offsets, model.decoder)
    let classes = ClassNames(model.head.classNames).numbers(of: batch.labels)
    ClassCrossEntropy().terms(of: model.head.logits(hidden, offsets: batch.offsets), classes: classes)
      .accumulate(totalWeight: totalWeight, into: &sum)
  }
}
