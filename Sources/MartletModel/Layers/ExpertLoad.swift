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
  /// The gradient of the loss in each expert's probability for any token, `[experts]`; nil while choices are counted.
  package var gradient: Tensor?
  /// For each layer the sum of each expert's probability, tokens ascending.
  private var sums: [Int: Tensor] = [:]

  /// - Parameter experts: how many a layer has.
  package init(experts: Int) { counts = Array(repeating: 0, count: experts) }

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
  func observing(_ logits: Tensor, choices: [Int32], layer: Int) -> Tensor {
    if gradient == nil {
      for expert in choices { counts[Int(expert)] += 1 }
      rows += logits.rows
      var sum = sums.removeValue(forKey: layer) ?? .zeros([counts.count])
      let backend = logits.backend
      backend.accumulateRows(backend.softmax(logits), into: &sum)
      sums[layer] = sum
    }
    return Tensor(shape: logits.shape, storage: logits.storage).recorded(from: [logits]) {
      [given = logits.detached] upstream in
      guard let gradient = self.gradient else {
        preconditionFailure("ExpertLoad: a gradient is wanted before all choices are counted")
      }
      let backend = given.backend
      let ofProbabilities = Tensor.zeros(given.shape) + gradient
      return [.value(upstream + backend.softmaxGradient(ofProbabilities, output: backend.softmax(given)))]
    }
  }
}
