import MartletModel
import MartletTensor

/// Measures a reward model on preferences it has not seen.
public enum RewardEvaluation {
  /// About how many tokens are computed at a time.
  private static let tokensAtATime = 8192

  /// The loss over examples, and how rewards agree with them: every pair of a ranking is one of the report's.
  public static func report(
    of model: Model<ScalarHead>, on examples: [PreferenceExample], loss: any RankingLoss = BradleyTerry()
  ) -> (loss: LossSum, preferences: PreferenceReport) {
    var (sum, pairs) = (LossSum(), [PreferenceReport.Pair]())
    for part in parts(of: examples) {
      let rewards = model.rewards(of: part.flatMap(\.sequences))
      let groups = RankedGroups(sizes: part.map(\.sequences.count), margins: part.map(\.margin))
      sum.add(withoutGradients { loss.terms(of: Tensor(rewards), in: groups) })
      for (place, example) in part.enumerated() {
        let own = Array(rewards[groups[place]])
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
    return (sum, PreferenceReport(pairs))
  }

  private static func parts(of examples: [PreferenceExample]) -> [ArraySlice<PreferenceExample>] {
    var parts: [ArraySlice<PreferenceExample>] = []
    var (start, tokens) = (0, 0)
    for (place, example) in examples.enumerated() {
      tokens += example.sequences.reduce(0) { $0 + $1.count }
      if tokens >= tokensAtATime || place == examples.count - 1 {
        parts.append(examples[start...place])
        (start, tokens) = (place + 1, 0)
      }
    }
    return parts
  }
}
