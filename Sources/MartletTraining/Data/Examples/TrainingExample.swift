import MartletModel

/// What one row becomes: tokens, and what is learned of them.
public protocol TrainingExample: Sendable {
  /// The number of tokens.
  var tokenCount: Int { get }
  /// How many tokens lay past the context and were left out.
  var cutTokens: Int { get }
}

/// A batch that is made of examples laid end to end.
public protocol BatchOfExamples: ExampleBatch {
  /// What it is made of.
  associatedtype Example: TrainingExample

  /// A batch of examples in their order.
  ///
  /// - Parameter firstToken: the place of the first token in the whole step's batch.
  init(_ examples: [Example], firstToken: Int)
}

extension BatchOfExamples {
  /// A step's examples in batches of at most `size`, each of which knows its place in all of them.
  static func microBatches(_ examples: [Example], of size: Int) -> [Self] {
    var firstToken = 0
    return stride(from: 0, to: examples.count, by: size).map { start in
      let batch = Self(Array(examples[start..<min(start + size, examples.count)]), firstToken: firstToken)
      firstToken += batch.tokenCount
      return batch
    }
  }
}

extension TokenBatch: BatchOfExamples {
  /// Sequences of which some tokens are learned.
  public init(_ examples: [EncodedSequence], firstToken: Int) {
    self.init(firstToken: firstToken)
    for example in examples {
      append(example.tokens, weights: example.isLearned.dropFirst().map { $0 ? 1 : 0 })
    }
  }
}

extension Array where Element: TrainingExample {
  /// About how many tokens an evaluation computes at a time.
  private static var tokensAtATime: Int { 8192 }

  /// The examples in runs of about as many tokens as are computed at a time.
  var parts: [ArraySlice<Element>] {
    var parts: [ArraySlice<Element>] = []
    var (start, tokens) = (0, 0)
    for (place, example) in enumerated() {
      tokens += example.tokenCount
      if tokens >= Self.tokensAtATime || place == count - 1 {
        parts.append(self[start...place])
        (start, tokens) = (place + 1, 0)
      }
    }
    return parts
  }
}
