import MartletModel

/// The tokens of a prompt with each of its answers, the best first.
public struct PreferenceExample: TrainingExample, Equatable {
  /// The whole sequences, prompt and answer; at least two, none of them empty.
  public let sequences: [[Int32]]
  /// By how much a better answer should be above a worse one, in units of reward.
  public let margin: Float
  /// How many tokens of all answers lay past the context and were left out.
  public let cutTokens: Int
  /// The rewards that the answers truly have, to compare with what is learned; nil when they are not known.
  public let trueRewards: [Double]?

  /// An example.
  public init(
    sequences: [[Int32]], margin: Float = 0, cutTokens: Int = 0, trueRewards: [Double]? = nil
  ) {
    precondition(
      sequences.count >= 2 && sequences.allSatisfy { !$0.isEmpty },
      "PreferenceExample: \(sequences.map(\.count)) tokens are not two answers or more")
    precondition(
      trueRewards.map { $0.count == sequences.count } ?? true,
      "PreferenceExample: \(trueRewards?.count ?? 0) true rewards for \(sequences.count) answers")
    self.trueRewards = trueRewards
    (self.sequences, self.margin, self.cutTokens) = (sequences, margin, cutTokens)
  }

  /// The number of tokens of all answers.
  public var tokenCount: Int { sequences.reduce(0) { $0 + $1.count } }
}

/// Examples of preferences laid end to end.
public struct PreferenceBatch: BatchOfExamples {
  /// The tokens of every sequence, answer after answer.
  public let tokens: [Int32]
  /// Sequence `s` holds the tokens `offsets[s] ..< offsets[s + 1]`.
  public let offsets: [Int32]
  /// Which sequences answer the same prompt.
  public let groups: RankedGroups
  /// The place of the first token in the whole step's batch.
  public let firstToken: Int

  /// A batch of examples in their order.
  public init(_ examples: [PreferenceExample], firstToken: Int = 0) {
    let sequences = examples.flatMap(\.sequences)
    tokens = sequences.flatMap { $0 }
    offsets = sequences.reduce(into: [0]) { $0.append($0.last! + Int32($1.count)) }
    groups = RankedGroups(sizes: examples.map(\.sequences.count), margins: examples.map(\.margin))
    self.firstToken = firstToken
  }

  /// The number of prompts: each counts the same.
  public var totalWeight: Double { Double(groups.count) }
  /// The number of tokens that are read.
  public var tokenCount: Int { tokens.count }
}
