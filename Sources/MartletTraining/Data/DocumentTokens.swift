import MartletModel
import MartletText

/// Tokenised documents laid end to end, with a separator before, between and after them.
///
/// The separator (the end-of-text token) ends one document as a target and starts the next as an input, so every
/// token of every document has a probability, and no document sees another.
public struct DocumentTokens: Sendable {
  /// The tokens of all documents with their separators.
  public let tokens: [Int32]
  /// The token that stands between documents.
  public let separator: Int32

  /// Tokenises documents.
  ///
  /// - Parameters:
  ///   - precedingToken: for a text that continues an earlier one, the last token of that; the separator otherwise.
  ///   - isContinued: whether the last document goes on elsewhere, so that no separator ends it.
  public init(
    _ documents: [String], tokenizer: Tokenizer, separator: Int32, precedingToken: Int32? = nil,
    isContinued: Bool = false
  ) {
    var tokens = [precedingToken ?? separator]
    for document in documents {
      tokens += tokenizer.encode(document, addingSpecialTokens: false)
      tokens.append(separator)
    }
    if isContinued && !documents.isEmpty { tokens.removeLast() }
    self.tokens = tokens
    self.separator = separator
  }

  /// The number of tokens that have a probability: all but the first.
  public var predictedCount: Int { max(tokens.count - 1, 0) }

  /// The sequences in `range`, whose tokens but the last are read: one for each document it touches.
  func sequences(in range: Range<Int>) -> [ArraySlice<Int32>] {
    var sequences: [ArraySlice<Int32>] = []
    var start = range.lowerBound
    for place in range.dropFirst().dropLast() where tokens[place] == separator {
      sequences.append(tokens[start...place])
      start = place
    }
    sequences.append(tokens[start..<range.upperBound])
    return sequences
  }

  /// Windows of at most `context` read tokens laid end to end, so that each token but the first is predicted once.
  func windows(context: Int) -> [Range<Int>] {
    stride(from: 0, to: tokens.count - 1, by: context).map { $0..<min($0 + context + 1, tokens.count) }
  }
}
