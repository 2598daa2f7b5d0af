/// One step that reshapes the distribution of the next token before it is sampled.
public protocol SamplingStep: Sendable {
  /// - Parameters:
  ///   - candidates: the tokens left by the steps before; at least one, and at least one must stay.
  ///   - history: every token so far, the prompt's included.
  func apply(to candidates: inout Candidates, history: [Int32])
}
