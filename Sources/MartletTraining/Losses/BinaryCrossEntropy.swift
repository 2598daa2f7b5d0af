import MartletTensor

/// The cross-entropy of yes or no: −y · log σ(z) − (1 − y) · log σ(−z), in nats, of a logit z and the probability y
/// that the answer is yes.
///
/// Each side is the logarithm of a sigmoid, so nothing overflows and no small loss is lost to cancellation. The gradient
/// in z is σ(z) − y.
///
/// - Source: as the loss of outcome-supervised reward models: Lightman et al. 2023, arXiv:2305.20050, section 2.5. The
///   verifiers of Cobbe et al. 2021, arXiv:2110.14168, section 4, also read a number at each token, and learn to write
///   the solutions beside it, which is left out here.
public struct BinaryCrossEntropy: Sendable {
  /// The loss.
  public init() {}

  /// The terms, one for each logit.
  ///
  /// - Parameters:
  ///   - logits: `[places]`.
  ///   - labels: the probability of yes at each, from 0 to 1.
  public func terms(of logits: Tensor, labels: [Float]) -> LossTerms {
    precondition(
      logits.shape == [labels.count],
      "BinaryCrossEntropy: logits of shape \(logits.shape) for \(labels.count) labels")
    precondition(
      labels.allSatisfy { (0...1).contains($0) }, "BinaryCrossEntropy: a label is not from 0 to 1")
    let (yes, no) = (Tensor(labels), Tensor(labels.map { 1 - $0 }))
    let values = -(logits.logSigmoid() * yes + (-logits).logSigmoid() * no)
    return LossTerms(values: values, weights: labels.map { _ in 1 }, groups: labels.count)
  }
}
