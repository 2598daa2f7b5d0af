import MartletTensor

/// The cross-entropy of each next token: -Σ w_t · log P(x_t | x_<t), in nats.
///
/// - Source: Shannon 1948, section 7; Radford et al. 2019, equation 1.
public struct CrossEntropy: Sendable {
  /// The cross-entropy.
  public init() {}

  /// Adds the loss of some tokens.
  ///
  /// - Parameters:
  ///   - logProbabilities: log P of each target, `[tokens]`.
  ///   - weights: each target's weight.
  ///   - loss: gains the tokens' losses.
  public func add(_ logProbabilities: Tensor, weights: [Float], to loss: inout LossSum) {
    loss.add(logProbabilities.scalars.map { -$0 }, weights: weights)
  }

  /// The gradient of a whole step's mean loss in the log-probabilities of some of its tokens. It does not depend
  /// on them, so it is known before they are.
  ///
  /// - Parameters:
  ///   - weights: each target's weight.
  ///   - totalWeight: the sum of the weights of the whole step, of which these tokens may be a part.
  /// - Returns: `[tokens]`: -w_t / totalWeight.
  public func gradient(weights: [Float], totalWeight: Double) -> Tensor {
    Tensor(weights.map { -$0 / Float(totalWeight) })
  }
}
