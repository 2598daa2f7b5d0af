import MartletModel

/// A sequence with a label at some of its tokens: at its last, at the end of each step, or at each token of an answer.
public struct LabelledExample<Label: Sendable & Equatable>: TrainingExample, Equatable {
  /// The whole sequence, never empty.
  public let tokens: [Int32]
  /// The places in ``tokens`` that have a label, ascending; at least one.
  public let places: [Int]
  /// The label of each place.
  public let labels: [Label]
  /// How many tokens lay past the context and were left out.
  public let cutTokens: Int

  /// An example.
  public init(tokens: [Int32], places: [Int], labels: [Label], cutTokens: Int = 0) {
    precondition(
      !places.isEmpty && places.count == labels.count && zip(places, places.dropFirst()).allSatisfy(<)
        && places[0] >= 0 && places[places.count - 1] < tokens.count,
      "LabelledExample: \(labels.count) labels at \(places) of \(tokens.count) tokens")
    (self.tokens, self.places, self.labels) = (tokens, places, labels)
    self.cutTokens = cutTokens
  }

  /// The number of tokens.
  public var tokenCount: Int { tokens.count }

  /// A whole sequence of one class or value, read at its last token.
  public init(tokens: [Int32], label: Label, cutTokens: Int = 0) {
    self.init(tokens: tokens, places: [tokens.count - 1], labels: [label], cutTokens: cutTokens)
  }
}

/// Labelled sequences laid end to end.
public struct LabelledBatch<Label: Sendable & Equatable>: BatchOfExamples {
  /// The tokens of every sequence.
  public let tokens: [Int32]
  /// Sequence `s` holds the tokens `offsets[s] ..< offsets[s + 1]`.
  public let offsets: [Int32]
  /// The places in ``tokens`` that have a label, ascending.
  public let places: [Int32]
  /// The label of each place.
  public let labels: [Label]
  /// The place of the first token in the whole step's batch.
  public let firstToken: Int

  /// A batch of examples in their order.
  public init(_ examples: [LabelledExample<Label>], firstToken: Int = 0) {
    tokens = examples.flatMap(\.tokens)
    let offsets = examples.reduce(into: [Int32(0)]) { $0.append($0.last! + Int32($1.tokens.count)) }
    places = zip(examples, offsets).flatMap { example, start in example.places.map { start + Int32($0) } }
    labels = examples.flatMap(\.labels)
    (self.offsets, self.firstToken) = (offsets, firstToken)
  }

  /// The number of labels: each counts the same.
  public var totalWeight: Double { Double(labels.count) }
  /// The number of tokens that are read.
  public var tokenCount: Int { tokens.count }
}
