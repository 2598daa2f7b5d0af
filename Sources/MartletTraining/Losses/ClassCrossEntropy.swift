import MartletTensor

/// The cross-entropy of one class of k: −log softmax(z)_c, in nats.
///
/// - Source: as the loss of process-supervised reward models, at the end of each step: Uesato et al. 2022,
///   arXiv:2211.14275, section 2.4; Lightman et al. 2023, arXiv:2305.20050, section 2.6.
public struct ClassCrossEntropy: Sendable {
  /// The loss.
  public init() {}

  /// The terms, one for each row of logits.
  ///
  /// - Parameters:
  ///   - logits: `[places, classes]`.
  ///   - classes: the right class at each place, counted from 0.
  public func terms(of logits: Tensor, classes: [Int32]) -> LossTerms {
    precondition(
      logits.shape.count == 2 && logits.rows == classes.count,
      "ClassCrossEntropy: logits of shape \(logits.shape) for \(classes.count) classes")
    let values = -logits.logSoftmax().elements(at: classes)
    return LossTerms(values: values, weights: classes.map { _ in 1 }, groups: classes.count)
  }
}
