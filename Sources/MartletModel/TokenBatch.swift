/// Token sequences laid end to end, each token with the one that follows it. There is no padding.
public struct TokenBatch: Sendable, Equatable {
  /// The tokens that are read, sequence after sequence.
  public private(set) var tokens: [Int32] = []
  /// For each token, the one to predict.
  public private(set) var targets: [Int32] = []
  /// For each target, its weight in the loss.
  public private(set) var weights: [Float] = []
  /// Sequence `s` holds the tokens `offsets[s] ..< offsets[s + 1]`.
  public private(set) var offsets: [Int32] = [0]
  /// The place of the first token in the whole step's batch.
  public private(set) var firstToken = 0

  /// A batch of no sequence.
  public init() {}

  /// A batch of no sequence yet, whose first token has a place in the whole step's batch.
  public init(firstToken: Int) { self.firstToken = firstToken }

  /// A batch of whole sequences, each predicting its second to last token.
  public init(_ sequences: some Sequence<some Collection<Int32>>) {
    for sequence in sequences { append(sequence) }
  }

  /// The number of sequences.
  public var sequenceCount: Int { offsets.count - 1 }

  /// Adds a sequence of at least two tokens, of which all but the last are read and all but the first predicted.
  ///
  /// - Parameter weights: one for each predicted token; 1 when left out.
  public mutating func append(_ sequence: some Collection<Int32>, weights: [Float]? = nil) {
    precondition(sequence.count >= 2, "TokenBatch: a sequence of \(sequence.count) tokens predicts nothing")
    precondition(
      weights.map { $0.count == sequence.count - 1 } ?? true,
      "TokenBatch: \(weights?.count ?? 0) weights for \(sequence.count - 1) predicted tokens")
    tokens.append(contentsOf: sequence.dropLast())
    targets.append(contentsOf: sequence.dropFirst())
    self.weights.append(contentsOf: weights ?? Array(repeating: 1, count: sequence.count - 1))
    offsets.append(Int32(tokens.count))
  }

  /// A run of the sequences, which knows its place in this batch.
  public func sequences(_ range: Range<Int>) -> TokenBatch {
    let start = offsets[range.lowerBound]
    let tokenRange = Int(start)..<Int(offsets[range.upperBound])
    var part = TokenBatch()
    part.tokens = Array(tokens[tokenRange])
    part.targets = Array(targets[tokenRange])
    part.weights = Array(weights[tokenRange])
    part.offsets = offsets[range.lowerBound...range.upperBound].map { $0 - start }
    part.firstToken = firstToken + Int(start)
    return part
  }
}
