import MartletModel

/// The class of each step of an answer, read at the token that ends it.
///
/// Each step counts the same.
///
/// - Source: Uesato et al. 2022, arXiv:2211.14275, section 2.4; Lightman et al. 2023, arXiv:2305.20050, section 2.6, who
///   read the class off the vocabulary's logits; here the classes have a head of their own, as in TRL's `PRMTrainer`.
public struct ProcessObjective: Objective {
  /// The objective.
  public init() {}

  /// Adds a micro-batch's losses and gradients.
  ///
  /// - Parameter batch: its labels are names among the head's classes.
  public func accumulate(
    _ batch: LabelledBatch<String>, _ model: Model<TokenClassifierHead>, _ pass: TrainingPass,
    totalWeight: Double, into sum: inout LossSum
  ) {
    let hidden = pass.hiddenStates(of: batch.tokens, offsets: batch.offsets, model.decoder)
    let classes = ClassNames(model.head.classNames).numbers(of: batch.labels)
    ClassCrossEntropy().terms(of: model.head.logits(hidden, at: batch.places), classes: classes)
      .accumulate(totalWeight: totalWeight, into: &sum)
  }
}
