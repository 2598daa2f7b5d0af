import MartletModel
import MartletTensor

/// Measures a reward model on preferences it has not seen.
public enum RewardEvaluation {
  /// The loss over examples, and how rewards agree with them: every pair of a ranking is one of the report's, and
  /// every answer whose true reward is known is ranked.
  public static func report(
    of model: Model<ScalarHead>, on examples: [PreferenceExample], loss: any RankingLoss = BradleyTerry()
  ) -> (loss: LossSum, preferences: PreferenceReport) {
    var (sum, pairs) = (LossSum(), [PreferenceReport.Pair]())
    var (learned, known) = ([Double](), [Double]())
    for part in examples.parts {
      let rewards = model.rewards(of: part.flatMap(\.sequences))
      let groups = RankedGroups(sizes: part.map(\.sequences.count), margins: part.map(\.margin))
      sum.add(withoutGradients { loss.terms(of: Tensor(rewards), in: groups) })
      for (place, example) in part.enumerated() {
        let own = Array(rewards[groups[place]])
        if let trueRewards = example.trueRewards {
          learned += own.map(Double.init)
          known += trueRewards
        }
        for better in own.indices {
          for worse in own.indices.dropFirst(better + 1) {
            pairs.append(
              .init(
                margin: Double(own[better]) - Double(own[worse]),
                lengthDifference: example.sequences[better].count - example.sequences[worse].count))
          }
        }
      }
    }
    return (sum, PreferenceReport(pairs, rankCorrelation: RankCorrelation.spearman(learned, known)))
  }
}
