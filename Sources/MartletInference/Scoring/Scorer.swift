import MartletModel
import MartletTensor
import MartletText

/// Exact log-probabilities of texts.
///
/// A text longer than the model's context is read in windows. A window starts `stride` tokens after the one before
/// it and counts the tokens that no earlier window predicted, so each counts once, with at least
/// `context - stride` tokens before it. What follows a token never changes its probability.
public struct Scorer: Sendable {
  /// The model and its tokenizer.
  public let textModel: TextModel
  private let window: SlidingWindow

  /// Tokens in one pass through the model: enough for its products to run at full speed.
  private static let tokensPerPass = 2048
  /// Logits that are held at once, at most.
  private static let logitsAtOnce = 1 << 24

  /// - Parameter stride: how far a window moves, from 1 to the context; half the context when left out.
  /// - Throws: when the stride is out of range.
  public init(_ textModel: TextModel, stride: Int? = nil) throws(MartletError) {
    let context = textModel.model.configuration.context
    if let stride, !(1...context).contains(stride) {
      throw MartletError(
        "the stride must be from 1 to the model's context of \(context) tokens, found \(stride)")
    }
    self.textModel = textModel
    window = SlidingWindow(context: context, stride: stride)
  }

  /// How far a window moves, in tokens.
  public var stride: Int { window.stride }

  /// The probability of a text that starts after the model's ``TextModel/startToken``.
  ///
  /// Where a model has no such token, the first token has no probability.
  public func score(_ text: String) -> TextScore { score([text])[0] }

  /// The probability of each text, to the bit what ``score(_:)-(String)`` gives it alone.
  ///
  /// - Parameter progress: is told the tokens done and all of them as the work goes on.
  public func score(_ texts: [String], progress: (Int, Int) -> Void = { _, _ in }) -> [TextScore] {
    let start = textModel.startToken.map { [$0] } ?? []
    let tokens = texts.map { textModel.tokenizer.encode($0, addingSpecialTokens: false) }
    let predictions = predictions(of: tokens.map { start + $0 }, progress: progress)
    return texts.indices.map { index in
      textScore(
        tokens[index], start.isEmpty ? [nil] + predictions[index] : predictions[index],
        byteCount: texts[index].utf8.count)
    }
  }

  /// The probability of each sequence of tokens, taken as they are: the first has none, the others theirs given
  /// those before.
  public func score(
    tokens sequences: [[Int32]], progress: (Int, Int) -> Void = { _, _ in }
  ) -> [TextScore] {
    let limit = Int32(textModel.model.configuration.vocabulary)
    precondition(
      sequences.allSatisfy { $0.allSatisfy { $0 >= 0 && $0 < limit } },
      "Scorer: a token is not in 0 ..< \(limit)")
    let predictions = predictions(of: sequences, progress: progress)
    return sequences.indices.map { index in
      let scored = textScore(sequences[index], [nil] + predictions[index], byteCount: 0)
      return TextScore(
        tokens: scored.tokens, byteCount: textModel.tokenizer.decode(sequences[index]).utf8.count)
    }
  }

  private func textScore(_ ids: [Int32], _ predictions: [Prediction?], byteCount: Int) -> TextScore {
    let tokenizer = textModel.tokenizer
    let tokens = ids.indices.map { place in
      let piece = tokenizer.piece(of: ids[place], isFirst: place == 0)
      return ScoredToken(
        id: ids[place], text: piece.text, bytes: piece.bytes,
        logProbability: predictions[place]?.logProbability, rank: predictions[place]?.rank)
    }
    return TextScore(tokens: tokens, byteCount: byteCount)
  }
}

// MARK: Windows

extension Scorer {
  /// What the model says of one token.
  struct Prediction: Equatable {
    let logProbability: Float
    let rank: Int
  }

  /// A run of tokens that the model reads, and those of the tokens after each that count.
  struct Window: Equatable {
    let sequence: Int
    /// The tokens that are read.
    let inputs: Range<Int>
    /// The tokens that are predicted and count: each follows a token that is read.
    let counted: Range<Int>
  }

  /// The windows of sequences by their lengths.
  func windows(ofLengths lengths: [Int]) -> [Window] {
    lengths.enumerated().flatMap { sequence, length in
      var windows: [Window] = []
      var next = 1
      while next < length {
        let start = window.start(reading: next)
        let end = min(start + window.context, length - 1)
        windows.append(Window(sequence: sequence, inputs: start..<end, counted: next..<end + 1))
        next = end + 1
      }
      return windows
    }
  }

  /// The predictions of each sequence's second to last token.
  func predictions(
    of sequences: [[Int32]], progress: (Int, Int) -> Void = { _, _ in }
  ) -> [[Prediction]] {
    var results: [[Prediction]] = sequences.map { sequence in
      var predictions: [Prediction] = []
      predictions.reserveCapacity(max(0, sequence.count - 1))
      return predictions
    }
    let windows = windows(ofLengths: sequences.map(\.count))
    let total = windows.reduce(0) { $0 + $1.counted.count }
    var done = 0
    var first = 0
    while first < windows.count {
      var end = first + 1
      var size = windows[first].inputs.count
      while end < windows.count, size + windows[end].inputs.count <= Self.tokensPerPass {
        size += windows[end].inputs.count
        end += 1
      }
      withoutGradients { predict(Array(windows[first..<end]), sequences, into: &results) }
      done += windows[first..<end].reduce(0) { $0 + $1.counted.count }
      progress(done, total)
      first = end
    }
    return results
  }

  private func predict(
    _ windows: [Window], _ sequences: [[Int32]], into results: inout [[Prediction]]
  ) {
    var tokens: [Int32] = []
    var offsets: [Int32] = [0]
    var rows: [Int32] = []
    var targets: [Int32] = []
    var owners: [Int] = []
    for window in windows {
      let sequence = sequences[window.sequence]
      rows += window.counted.map { Int32(tokens.count + $0 - 1 - window.inputs.lowerBound) }
      targets += sequence[window.counted]
      owners += repeatElement(window.sequence, count: window.counted.count)
      tokens += sequence[window.inputs]
      offsets.append(Int32(tokens.count))
    }
    let model = textModel.model
    let hidden = model.decoder.hiddenStates(of: tokens, offsets: offsets)
    let chunk = max(1, Self.logitsAtOnce / model.configuration.vocabulary)
    for start in Swift.stride(from: 0, to: rows.count, by: chunk) {
      let range = start..<min(start + chunk, rows.count)
      let logits = model.head.logits(hidden.rows(at: Array(rows[range])))
      let chosen = Array(targets[range])
      let logProbabilities = logits.logProbabilities(ofColumns: chosen)
      for (place, rank) in logits.ranks(of: chosen).enumerated() {
        results[owners[start + place]].append(
          Prediction(logProbability: logProbabilities[place], rank: rank))
      }
    }
  }
}

extension Tensor {
  /// log P of one column of each row of logits, in nats: the one formula that scoring and sampling share.
  func logProbabilities(ofColumns columns: [Int32]) -> [Float] {
    backend.targetLogProbabilities(self, columns).logProbabilities.scalars
  }
}
