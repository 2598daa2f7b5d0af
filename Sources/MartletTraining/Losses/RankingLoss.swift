import MartletTensor

/// A loss of the rewards that answers to the same prompt are given, against the order in which they are preferred.
public protocol RankingLoss: Sendable {
  /// The losses of groups of answers.
  ///
  /// - Parameters:
  ///   - rewards: one for each answer, `[answers]`.
  ///   - groups: which answers belong together.
  func terms(of rewards: Tensor, in groups: RankedGroups) -> LossTerms
}

/// Which rewards belong to the same prompt, the best answer first.
public struct RankedGroups: Sendable, Equatable {
  /// Group `g` has the answers `offsets[g] ..< offsets[g + 1]`, at least two.
  public let offsets: [Int]
  /// By how much each group's better answers should be above the worse, in units of reward.
  public let margins: [Float]

  /// Groups of some sizes.
  ///
  /// - Parameter margins: one for each group; 0 where left out.
  public init(sizes: [Int], margins: [Float]? = nil) {
    precondition(sizes.allSatisfy { $0 >= 2 }, "RankedGroups: a group of \(sizes) has fewer than two answers")
    precondition(
      margins.map { $0.count == sizes.count } ?? true,
      "RankedGroups: \(margins?.count ?? 0) margins for \(sizes.count) groups")
    offsets = sizes.reduce(into: [0]) { $0.append($0.last! + $1) }
    self.margins = margins ?? Array(repeating: 0, count: sizes.count)
  }

  /// The number of groups.
  public var count: Int { margins.count }

  /// The answers of a group, the best first.
  public subscript(group: Int) -> Range<Int> { offsets[group]..<offsets[group + 1] }

  func check(_ rewards: Tensor) {
    precondition(
      rewards.shape == [offsets.last!],
      "RankingLoss: rewards of shape \(rewards.shape) for groups at \(offsets)")
  }
}

/// Parts of a loss: their weighted sum over the number of groups is the mean loss.
public struct LossTerms: Sendable {
  /// `[terms]`, in nats.
  public let values: Tensor
  /// What each counts.
  public let weights: [Float]
  /// How many groups they are of.
  public let groups: Int

  /// The gradient of the mean loss of a whole step in these terms, `[terms]`.
  ///
  /// - Parameter totalGroups: the groups of the whole step, of which these may be a part.
  public func gradient(totalGroups: Int) -> Tensor { Tensor(weights.map { $0 / Float(totalGroups) }) }
}

extension LossTerms {
  /// Adds the terms, and to the parameters behind them the gradient of the whole step's mean; when the sum is no longer
  /// finite the gradient is left out.
  ///
  /// - Parameter totalWeight: the weight of the whole step, a whole number of groups.
  func accumulate(totalWeight: Double, into sum: inout LossSum) {
    sum.add(self)
    if sum.sum.isFinite { values.backward(gradient(totalGroups: Int(totalWeight))) }
  }
}

extension LossSum {
  /// Adds terms: each group counts one.
  public mutating func add(_ terms: LossTerms) {
    add(terms.values.scalars, weights: terms.weights, totalWeight: Double(terms.groups))
  }
}

extension Tensor {
  /// Elements of a vector at some places, which may repeat.
  func picked(_ places: [Int]) -> Tensor {
    reshaped([count, 1]).rows(at: places.map { Int32($0) }).reshaped([places.count])
  }
}
