/// SentencePiece's spaces: "▁" is one, and none at the start of a text that had one put there.
struct MetaspaceDecoder: PieceDecoder {
  private let replacement: [UInt8]
  private let hasPrefix: Bool
  private var isFirst = true
  var pending: [UInt8] = []

  init(_ reader: JSONReader) throws(MartletError) {
    replacement = try MetaspacePreTokenizer.replacement(reader)
    hasPrefix = try MetaspacePreTokenizer.prepending(reader) != .never
  }

  mutating func skipStart(isJoined: Bool) { isFirst = false }

  mutating func decode(_ piece: ArraySlice<UInt8>, into output: inout TokenPieces) {
    let takesSpaces = isFirst && hasPrefix
    isFirst = false
    var place = piece.startIndex
    while place < piece.endIndex {
      if piece[place] == replacement[0], piece[place...].starts(with: replacement) {
        if !takesSpaces { output.append(UInt8(ascii: " ")) }
        place += replacement.count
      } else {
        output.append(piece[place])
        place += 1
      }
    }
    output.end()
  }
}

/// WordPiece's words: a space before each token that does not continue a word.
struct WordPieceDecoder: PieceDecoder {
  var growth: Double { 2 }

  private let prefix: [UInt8]
  private let cleansUp: Bool
  private var isFirst = true
  var pending: [UInt8] = []

  init(_ reader: JSONReader) throws(MartletError) {
    prefix = [UInt8](try reader.required("prefix", as: String.self).utf8)
    cleansUp = try reader.optional("cleanup") ?? true
  }

  mutating func skipStart(isJoined: Bool) { isFirst = false }

  mutating func decode(_ piece: ArraySlice<UInt8>, into output: inout TokenPieces) {
    var text = Array(piece)
    if !isFirst {
      if text.starts(with: prefix) {
        text.removeFirst(prefix.count)
      } else {
        text.insert(UInt8(ascii: " "), at: 0)
      }
    }
    isFirst = false
    output.append(cleansUp ? TextCleanup.clean(text) : text)
    output.end()
  }
}

/// Takes out spaces that tokenizing English has put in. Source: transformers, `clean_up_tokenization`.
enum TextCleanup {
  private static let replacements: [(TextPattern, [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (TextPattern(plain: Array($0.utf8)), Array($1.utf8)) }

  static func clean(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(UInt8(ascii: " ")) else { return text }
    return replacements.reduce(text) { $1.0.replacing(in: $0, by: $1.1) }
  }
}

extension TextPattern {
  /// The text with other bytes in place of each match.
  func replacing(in text: [UInt8], by content: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var end = 0
    text.withUnsafeBufferPointer { bytes in
      forEachMatch(in: bytes) { match in
        result += text[end..<match.lowerBound]
        result += content
        end = match.upperBound
      }
    }
    return end == 0 && result.isEmpty ? text : result + text[end...]
  }
}

/// The words of the first byte-pair encodings: a suffix at the end of each word is a space, but for the last token.
struct SuffixDecoder: PieceDecoder {
  private let pattern: TextPattern
  /// The last token from its first suffix on: only a token after it says what that stands for.
  private var held: [UInt8]?
  private var isFollowed = false
  var pending: [UInt8] = []

  init(_ reader: JSONReader) throws(MartletError) {
    pattern = try TextPattern(plain: "suffix", reader)
  }

  mutating func skipEnd(isJoined: Bool) { isFollowed = true }

  mutating func decode(_ input: TokenPieces, isLast: Bool, into output: inout TokenPieces) {
    input.forEach { piece, isEnded in
      pending += piece
      if isEnded { endPiece(into: &output) }
    }
    guard isLast else { return }
    if !pending.isEmpty { endPiece(into: &output) }
    if let held {
      output.append(pattern.replacing(in: held, by: isFollowed ? [UInt8(ascii: " ")] : []))
      output.end()
    }
    held = nil
  }

  mutating func decode(_ piece: ArraySlice<UInt8>, into output: inout TokenPieces) {
    if let held {
      output.append(pattern.replacing(in: held, by: [UInt8(ascii: " ")]))
      output.end()
    }
    var first = piece.endIndex
    piece.withUnsafeBufferPointer { bytes in
      pattern.forEachMatch(in: bytes) { first = min(first, piece.startIndex + $0.lowerBound) }
    }
    output.append(piece[..<first])
    held = Array(piece[first...])
  }

  private mutating func endPiece(into output: inout TokenPieces) {
    decode(pending[...], into: &output)
    pending = []
  }
}

/// Connectionist temporal classification: a token that comes again at once counts once, and pads stand between.
struct RepetitionDecoder: PieceDecoder {
  private let pad: TextPattern
  private let delimiter: TextPattern
  private let cleansUp: Bool
  private var last: [UInt8]?
  var pending: [UInt8] = []

  init(_ reader: JSONReader) throws(MartletError) {
    pad = try TextPattern(plain: "pad_token", reader)
    delimiter = try TextPattern(plain: "word_delimiter_token", reader)
    cleansUp = try reader.required("cleanup")
  }

  mutating func decode(_ piece: ArraySlice<UInt8>, into output: inout TokenPieces) {
    if let last, last.elementsEqual(piece) { return }
    last = Array(piece)
    var text = pad.replacing(in: Array(piece), by: [])
    if cleansUp {
      text = TextCleanup.clean(text)
      text = delimiter.replacing(in: text, by: [UInt8(ascii: " ")])
    }
    if text.isEmpty { return }
    output.append(text)
    output.end()
  }
}
