import MartletTensor

/// How the tokens of a whole step were shared among experts, the layers taken together, and what a loss on it gives
/// the routers.
///
/// A balancing loss is no sum over tokens: it multiplies how often an expert was chosen by its mean probability. Its
/// gradient in a token's probabilities, though, is the same for every token and follows from the counts alone. So a
/// step first counts, over all of its micro-batches, and then gives each token its gradient, and the bits do not
/// depend on how the batch was cut.
package final class ExpertLoad: @unchecked Sendable {
  /// How often each expert was chosen.
  package private(set) var counts: [Int]
  /// How many rows of probabilities there were: tokens times layers.
  package private(set) var rows = 0
  /// For each layer the sum of each expert's probability, tokens ascending.
  private var sums: [Int: Tensor] = [:]
  /// The loss's gradient in each expert's probability for any token, `[experts]`; nil while choices are counted.
  private var gradient: Tensor?
  private let makeGradient: @Sendable (ExpertLoad) -> Tensor
  private let isCheckpointed: Bool

  /// - Parameters:
  ///   - experts: how many a layer has.
  ///   - isCheckpointed: whether blocks are computed again for the gradient, when their choices are counted already.
  ///   - gradient: of the loss in each expert's probability, from what was counted.
  package init(
    experts: Int, isCheckpointed: Bool, gradient: @escaping @Sendable (ExpertLoad) -> Tensor
  ) {
    counts = Array(repeating: 0, count: experts)
    self.isCheckpointed = isCheckpointed
    makeGradient = gradient
  }

  /// Ends counting; the first gradient that is asked for ends it too.
  package func finishCounting() {
    if gradient == nil { gradient = makeGradient(self) }
  }

  /// The sum of each expert's probability over all tokens and layers.
  package var probabilities: [Double] {
    sums.sorted { $0.key < $1.key }.reduce(into: Array(repeating: 0, count: counts.count)) { total, layer in
      for (expert, sum) in layer.value.scalars.enumerated() { total[expert] += Double(sum) }
    }
  }

  /// A router's logits, which then have the loss's gradient too.
  ///
  /// - Parameters:
  ///   - logits: `[tokens, experts]`.
  ///   - choices: the experts that were chosen.
  package func observing(_ logits: Tensor, choices: [Int32], layer: Int) -> Tensor {
    let isAgain = isCheckpointed && logits.node != nil
    if gradient == nil && !isAgain { count(logits, choices, layer) }
    return Tensor(shape: logits.shape, storage: logits.storage).recorded(from: [logits]) {
      [given = logits.detached] upstream in
      self.finishCounting()
      let backend = given.backend
      let ofProbabilities = Tensor.zeros(given.shape) + self.gradient!
      return [.value(upstream + backend.softmaxGradient(ofProbabilities, output: backend.softmax(given)))]
    }
  }

  private func count(_ logits: Tensor, _ choices: [Int32], _ layer: Int) {
    for expert in choices { counts[Int(expert)] += 1 }
    rows += logits.rows
    var sum = sums.removeValue(forKey: layer) ?? .zeros([counts.count])
    let backend = logits.backend
    backend.accumulateRows(backend.softmax(logits), into: &sum)
    sums[layer] = sum
  }
}
