import MartletTensor

/// The Bradley–Terry loss of every pair of answers to a prompt:
/// 1/C(K, 2) · Σ_{i better than j} [−log σ(r_i − r_j − margin) + λ · (r_i + r_j)²].
///
/// A prompt of K answers counts as much as one of two, for which this is −log σ(r_chosen − r_rejected).
///
/// - Source: Bradley and Terry 1952; all pairs of K answers: Ouyang et al. 2022, arXiv:2203.02155, equation 1; the
///   margin: Touvron et al. 2023, arXiv:2307.09288, equation 2; the centring by λ: Eisenstein et al. 2023,
///   arXiv:2312.09244, section 3.
public struct BradleyTerry: RankingLoss {
  /// λ: how strongly the rewards of a pair are drawn to a sum of 0; differences alone leave their level open.
  public var centring: Float

  /// The loss.
  public init(centring: Float = 0) { self.centring = centring }

  /// The terms, one for each pair.
  public func terms(of rewards: Tensor, in groups: RankedGroups) -> LossTerms {
    groups.check(rewards)
    var (better, worse): ([Int], [Int]) = ([], [])
    var (margins, weights): ([Float], [Float]) = ([], [])
    for group in 0..<groups.count {
      let answers = groups[group]
      let pairs = answers.count * (answers.count - 1) / 2
      for i in answers {
        for j in i + 1..<answers.upperBound {
          better.append(i)
          worse.append(j)
        }
      }
      margins += repeatElement(groups.margins[group], count: pairs)
      weights += repeatElement(1 / Float(pairs), count: pairs)
    }
    let (high, low) = (rewards.picked(better), rewards.picked(worse))
    var values = -(high - low - Tensor(margins)).logSigmoid()
    if centring != 0 { values = values + (high + low).squared() * centring }
    return LossTerms(values: values, weights: weights, groups: groups.count)
  }
}
