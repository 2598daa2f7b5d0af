import MartletModel
import MartletTensor

/// The loss that keeps a router from sending most tokens to a few experts: E · Σ_e f_e · P_e.
///
/// Over the tokens of a step and the layers of a model, f_e is how many times a token chose expert e and P_e the mean
/// of its probability; E is how many experts there are. An even load costs as much as a token chooses experts. No
/// gradient flows through f_e.
///
/// Both means are taken over the whole step, however it is cut in micro-batches. `transformers` takes them over each
/// micro-batch, which asks for an even load in smaller parts, and counts the last token of each sequence too, which
/// predicts nothing and so is not read here.
///
/// - Source: Fedus et al. 2021, arXiv:2101.03961, equations 4 to 6, in the form of `load_balancing_loss_func` of
///   `transformers`; the whole step: Qiu et al. 2025, arXiv:2501.11873.
public struct LoadBalancing: Sendable {
  /// What the loss is multiplied by.
  public let coefficient: Float

  /// The loss with a coefficient.
  public init(coefficient: Float) { self.coefficient = coefficient }

  /// The loss without its coefficient.
  func value(_ load: ExpertLoad) -> Double {
    let rows = Double(load.rows)
    let sum = zip(load.counts, load.probabilities).reduce(0) { $0 + Double($1.0) / rows * ($1.1 / rows) }
    return Double(load.counts.count) * sum
  }

  /// The gradient of the loss in each expert's probability, the same for every token and layer:
  /// coefficient · E · f_e / rows.
  @Sendable func gradient(_ load: ExpertLoad) -> Tensor {
    let rows = Double(load.rows)
    let factor = Double(coefficient) * Double(load.counts.count)
    return Tensor(load.counts.map { Float(factor * (Double($0) / rows) / rows) })
  }
}
