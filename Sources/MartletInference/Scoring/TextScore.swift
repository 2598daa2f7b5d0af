import MartletTensor

/// A token of a text with its probability given those before it.
public struct ScoredToken: Sendable, Equatable {
  /// The token.
  public let id: Int32
  /// What it adds to the text, as text; a part of a character, and a special token, as the tokenizer shows it.
  public let text: String
  /// The bytes it adds to the text; none for a special token.
  public let bytes: [UInt8]
  /// log P(token | tokens before), in nats; nil for a first token that nothing stands before.
  public let logProbability: Float?
  /// Its place among all tokens by their probability here: 1 for the likeliest. Equal ones take the order of ids.
  public let rank: Int?
}

/// The probability of a text under a model.
public struct TextScore: Sendable, Equatable {
  /// The tokens in order.
  public let tokens: [ScoredToken]
  /// log P(text) = Σ log P(token | tokens before), in nats, summed in double precision.
  public let logProbability: Double
  /// The number of tokens that have a probability.
  public let tokenCount: Int
  /// The UTF-8 bytes of the text that those tokens stand for.
  public let byteCount: Int

  /// - Parameter byteCount: the bytes of the whole text.
  init(tokens: [ScoredToken], byteCount: Int) {
    self.tokens = tokens
    let scored = tokens.compactMap(\.logProbability)
    logProbability = scored.reduce(0.0) { $0 + Double($1) }
    tokenCount = scored.count
    let unscoredBytes = tokens.lazy.filter { $0.logProbability == nil }.reduce(0) { $0 + $1.bytes.count }
    self.byteCount = max(0, byteCount - unscoredBytes)
  }

  /// The mean of -log P over the tokens; nil when there are none.
  public var natsPerToken: Double? { tokenCount == 0 ? nil : -logProbability / Double(tokenCount) }

  /// e to the power of ``natsPerToken``: among how many equally likely tokens the model hesitates.
  public var perplexity: Double? { natsPerToken.map(ExactMath.exp) }

  /// -log₂ P(text) for each byte, which is comparable between tokenizers; nil when there are no bytes.
  public var bitsPerByte: Double? {
    byteCount == 0 ? nil : -logProbability / ExactMath.log(2) / Double(byteCount)
  }
}
