/// The tokens of one sequence; which of them are learned; how many were cut off.
public struct EncodedSequence: TrainingExample, Equatable {
  /// The tokens, at least one.
  public var tokens: [Int32]
  /// One a token: whether it is of the answer, which is what is learned.
  public var isLearned: [Bool]
  /// How many tokens were cut off at the end.
  public var cutTokens: Int

  /// A sequence.
  public init(tokens: [Int32], isLearned: [Bool], cutTokens: Int = 0) {
    precondition(
      tokens.count == isLearned.count,
      "EncodedSequence: \(isLearned.count) marks for \(tokens.count) tokens")
    (self.tokens, self.isLearned, self.cutTokens) = (tokens, isLearned, cutTokens)
  }

  /// The number of tokens.
  public var tokenCount: Int { tokens.count }

  /// How many tokens are learned: the first of all follows nothing, and so has nothing to be learned from.
  public var learnedTokens: Int { isLearned.dropFirst().count { $0 } }

  /// At most the first `context` tokens.
  func cut(to context: Int) -> EncodedSequence {
    guard tokens.count > context else { return self }
    return EncodedSequence(
      tokens: Array(tokens.prefix(context)), isLearned: Array(isLearned.prefix(context)),
      cutTokens: cutTokens + tokens.count - context)
  }
}
