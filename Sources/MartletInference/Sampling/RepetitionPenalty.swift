/// Makes tokens that have occurred less likely: a positive logit is divided by the penalty, a negative one
/// multiplied, once however often the token occurred, in the prompt or after it.
///
/// - Source: Keskar et al. 2019 (CTRL), arXiv:1909.05858, section 4.1, in the form of `transformers`'
///   RepetitionPenaltyLogitsProcessor, which keeps negative logits from becoming likelier.
public struct RepetitionPenalty: SamplingStep {
  /// Above 1 discourages repetition; 1 changes nothing.
  public let penalty: Float

  /// - Parameter penalty: above 0.
  public init(_ penalty: Float) {
    precondition(penalty > 0, "RepetitionPenalty: \(penalty) is not above 0")
    self.penalty = penalty
  }

  /// Changes the logits of the tokens in the history.
  public func apply(to candidates: inout Candidates, history: [Int32]) {
    candidates.change(Set(history)) { $0 < 0 ? $0 * penalty : $0 / penalty }
  }
}
