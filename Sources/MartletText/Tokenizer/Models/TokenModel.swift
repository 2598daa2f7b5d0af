/// Turns one word into token ids: the heart of the pipeline.
protocol TokenModel: Sendable {
  /// Whether encoding a word costs enough that words seen before are worth remembering.
  var isCostly: Bool { get }

  /// The token whose text is what it was found as, and not its text in the vocabulary: the unknown one of Unigram.
  var tokenOfAnyText: Int32? { get }

  /// Whether words of bytes are taken as they are, and not written in GPT-2's alphabet.
  var takesBytes: Bool { get }

  /// Cuts words into such as can be encoded apart; nil where that is of no use.
  var wordDivider: (any PreTokenizer)? { get }

  /// Adds the tokens of a word that is not empty.
  func encode(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout WordTokens)
}

extension TokenModel {
  var tokenOfAnyText: Int32? { nil }
  var takesBytes: Bool { false }
  var wordDivider: (any PreTokenizer)? { nil }
}
