import MartletModel
import MartletTensor

/// Rewards that put answers in the order in which they are preferred.
///
/// - Source: Stiennon et al. 2020, arXiv:2009.01325, section 3.4.
public struct RewardObjective: Objective {
  /// How rewards become a loss.
  public let loss: any RankingLoss

  /// The objective of a loss.
  public init(_ loss: any RankingLoss = BradleyTerry()) { self.loss = loss }

  /// Adds a micro-batch's losses and gradients.
  public func accumulate(
    _ batch: PreferenceBatch, _ model: Model<ScalarHead>, _ pass: TrainingPass, totalWeight: Double,
    into sum: inout LossSum
  ) {
    let hidden = pass.hiddenStates(of: batch.tokens, offsets: batch.offsets, model.decoder)
    loss.terms(of: model.head.rewards(hidden, offsets: batch.offsets), in: batch.groups)
      .accumulate(totalWeight: totalWeight, into: &sum)
  }
}

extension Model<ScalarHead> {
  /// The reward of each sequence, read at its last token.
  ///
  /// - Parameter sequences: each of at least one token and at most the context.
  /// - Returns: the same bits for a sequence whatever stands beside it.
  public func rewards(of sequences: [[Int32]]) -> [Float] {
    withoutGradients {
      let offsets = sequences.reduce(into: [Int32(0)]) { $0.append($0.last! + Int32($1.count)) }
      let hidden = decoder.hiddenStates(of: sequences.flatMap { $0 }, offsets: offsets)
      return head.rewards(hidden, offsets: offsets).scalars
    }
  }
}
