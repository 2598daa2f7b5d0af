import MartletTensor

/// A loss as a sum and a weight; the mean is taken once, over whatever has been added.
public struct LossSum: Sendable, Equatable {
  /// Σ weight · loss, in nats. Added in Double, tokens ascending, so it does not depend on how a batch is cut.
  public private(set) var sum = 0.0
  /// Σ weight.
  public private(set) var weight = 0.0

  /// Nothing yet.
  public init() {}

  /// sum / weight, in nats; not a number when nothing has been added.
  public var mean: Double { sum / weight }

  /// Adds tokens' losses.
  public mutating func add(_ losses: [Float], weights: [Float]) {
    for (loss, weight) in zip(losses, weights) {
      sum += Double(loss) * Double(weight)
      self.weight += Double(weight)
    }
  }

  /// Adds losses that together weigh something else than the sum of their weights.
  mutating func add(_ losses: [Float], weights: [Float], totalWeight: Double) {
    for (loss, weight) in zip(losses, weights) { sum += Double(loss) * Double(weight) }
    weight += totalWeight
  }
}
