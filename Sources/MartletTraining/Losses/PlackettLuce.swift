import MartletTensor

/// The Plackett–Luce loss of a whole ranking: −Σ_i log(e^{r_i} / Σ_{j ≥ i} e^{r_j}), the best answer first.
///
/// It is the likelihood of choosing the best of all, then the best of the rest, and so on. With
/// L_i = log Σ_{j ≥ i} e^{r_j}, each term is −log σ(r_i − L_{i + 1}); for two answers it is the Bradley–Terry loss.
/// Margins are not used.
///
/// - Source: Plackett 1975; Luce 1959; as a loss of rewards: Rafailov et al. 2023, arXiv:2305.18290, equation 18.
public struct PlackettLuce: RankingLoss {
  /// The loss.
  public init() {}

  /// The terms: for each answer but the worst that it is chosen before all worse ones.
  public func terms(of rewards: Tensor, in groups: RankedGroups) -> LossTerms {
    groups.check(rewards)
    let largest = (0..<groups.count).map { groups[$0].count }.max() ?? 0
    var open = Array(0..<groups.count)
    // log Σ e^r of the answers from the last one up to the one before, a number for each open group.
    var rest = rewards.picked(open.map { groups[$0].upperBound - 1 })
    var values: [Tensor] = []
    for fromLast in 1..<max(largest, 1) {
      let stays = open.indices.filter { groups[open[$0]].count > fromLast }
      (rest, open) = (rest.picked(stays), stays.map { open[$0] })
      let reward = rewards.picked(open.map { groups[$0].upperBound - 1 - fromLast })
      let logShare = (reward - rest).logSigmoid()
      values.append((-logShare).reshaped([open.count, 1]))
      rest = reward - logShare
    }
    let all =
      values.isEmpty ? Tensor([]) : Tensor.concatenated(values).reshaped([values.reduce(0) { $0 + $1.rows }])
    return LossTerms(values: all, weights: Array(repeating: 1, count: all.count), groups: groups.count)
  }
}
