/// Keeps the likeliest tokens that together reach a probability: the nucleus.
///
/// - Source: Holtzman et al. 2019, arXiv:1904.09751, section 3.1: the smallest set whose probabilities sum to at
///   least p. Equal ones enter in the order of their ids.
public struct TopP: SamplingStep {
  /// What the tokens that stay must reach together.
  public let probability: Double

  /// - Parameter probability: above 0, at most 1.
  public init(_ probability: Double) {
    precondition(probability > 0 && probability <= 1, "TopP: \(probability) is not in 0 ..< 1 or 1")
    self.probability = probability
  }

  /// Leaves the nucleus.
  public func apply(to candidates: inout Candidates, history: [Int32]) {
    guard probability < 1 else { return }
    let probabilities = candidates.probabilities
    let target = probability * probabilities.reduce(0.0) { $0 + Double($1) }
    // The nucleus is mostly small, and sorting all tokens would cost more than the model: look among the likely
    // first. The order, and with it every sum, is the same.
    for least: Float in [1e-3, 1e-5, 0] {
      let order = probabilities.indices.filter { probabilities[$0] >= least }
        .sorted { (-probabilities[$0], $0) < (-probabilities[$1], $1) }
      var sum = 0.0
      guard
        let last = order.firstIndex(where: { place in
          sum += Double(probabilities[place])
          return sum >= target
        })
      else { continue }
      let kept = Set(order[...last])
      candidates.keep { kept.contains($0) }
      return
    }
  }
}
