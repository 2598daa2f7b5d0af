import MartletTensor

/// The cross-entropy of each next token: -Σ w_t · log P(x_t | x_<t), in nats.
///
/// - Source: Shannon 1948, section 7; Radford et al. 2019, equation 1.
public struct CrossEntropy: Sendable {
  /// The cross-entropy.
  public init() {}

  /// Adds the loss of some tokens, and gives the gradient of the whole step's mean in their log-probabilities.
  ///
  /// - Parameters:
  ///   - logProbabilities: log P of each target, `[tokens]`.
  ///   - weights: each target's weight.
  ///   - totalWeight: the sum of the weights of the whole step, of which these tokens may be a part.
  ///   - loss: gains the tokens' losses.
  /// - Returns: `[tokens]`: -w_t / totalWeight.
  public func callAsFunction(
    _ logProbabilities: Tensor, weights: [Float], totalWeight: Double, into loss: inout LossSum
  ) -> Tensor {
    loss.add(logProbabilities.scalars.map { -$0 }, weights: weights)
    return Tensor(weights.map { -$0 / Float(totalWeight) })
  }
}
