/// Tokens that are found in the text itself, before the model sees it: `added_tokens` of `tokenizer.json`.
///
/// Source: `tokenizers`, added_vocabulary.rs.
struct AddedTokens: Sendable {
  /// One added token.
  struct Token: Sendable {
    let id: Int32
    let content: String
    /// Special tokens are control marks; they are left out of decoded text, and are found in text only on request.
    let isSpecial: Bool
    /// Whether it is looked for in the normalized text, not in the text as given.
    let isNormalized: Bool
    /// Whether it must not touch a letter, digit or underscore.
    let isSingleWord: Bool
    /// Whether it swallows the whitespace before it.
    let stripsLeft: Bool
    /// Whether it swallows the whitespace after it.
    let stripsRight: Bool

    init(_ reader: JSONReader) throws(MartletError) {
      id = Int32(truncatingIfNeeded: try reader.required("id", as: Int.self))
      content = try reader.required("content")
      isSpecial = try reader.optional("special") ?? false
      isNormalized = try reader.optional("normalized") ?? !isSpecial
      isSingleWord = try reader.optional("single_word") ?? false
      stripsLeft = try reader.optional("lstrip") ?? false
      stripsRight = try reader.optional("rstrip") ?? false
    }
  }

  /// A part of a text: a token found in it, or text between tokens.
  enum Part {
    case token(Int32)
    case text(UnsafeBufferPointer<UInt8>)
  }

  private let tokens: [Token]
  /// The text of each token in the form it is looked for.
  private let patterns: [(bytes: [UInt8], token: Int)]

  /// - Parameter normalize: what the pipeline's normalizers make of a text.
  init(_ tokens: [Token], normalize: ([UInt8]) -> [UInt8]) {
    self.tokens = tokens
    // Longest first: of two tokens at the same place the longer one is meant.
    patterns = tokens.enumerated().map { number, token in
      let content = [UInt8](token.content.utf8)
      return (token.isNormalized ? normalize(content) : content, number)
    }.filter { !$0.bytes.isEmpty }.sorted { $0.bytes.count > $1.bytes.count }
  }

  /// The tokens as they stand in normalized text, which `tokenizers` decodes them to.
  var normalizedTexts: [(id: Int32, text: String)] {
    patterns.filter { tokens[$0.token].isNormalized }.map { pattern in
      (tokens[pattern.token].id, String(decoding: pattern.bytes, as: UTF8.self))
    }
  }

  /// Cuts a text at the tokens in it, leftmost and longest first.
  ///
  /// - Parameters:
  ///   - normalized: whether the text has been normalized; each token is looked for in one of the two forms.
  ///   - special: whether special tokens are looked for.
  func split(
    _ text: UnsafeBufferPointer<UInt8>, normalized: Bool, special: Bool, _ yield: (Part) -> Void
  ) {
    let wanted = patterns.filter { pattern in
      let token = tokens[pattern.token]
      return token.isNormalized == normalized && (special || !token.isSpecial)
    }
    // Most bytes start no token.
    var isFirst = [Bool](repeating: false, count: 256)
    for pattern in wanted { isFirst[Int(pattern.bytes[0])] = true }
    var textStart = 0
    var place = wanted.isEmpty ? text.count : 0
    while place < text.count {
      guard isFirst[Int(text[place])], let (length, token) = match(wanted, in: text, at: place) else {
        place += 1
        continue
      }
      var (start, end) = (place, place + length)
      if token.stripsLeft { start = Self.startOfSpace(before: start, in: text, notBefore: textStart) }
      if token.stripsRight { end = ScalarClasses.shared.endOfRun(of: .whitespace, in: text, from: end) }
      if start > textStart { yield(.text(UnsafeBufferPointer(rebasing: text[textStart..<start]))) }
      yield(.token(token.id))
      textStart = end
      place = end
    }
    if textStart < text.count { yield(.text(UnsafeBufferPointer(rebasing: text[textStart...]))) }
  }

  private func match(
    _ patterns: [(bytes: [UInt8], token: Int)], in text: UnsafeBufferPointer<UInt8>, at place: Int
  ) -> (length: Int, token: Token)? {
    let first = text[place]
    for pattern in patterns where pattern.bytes[0] == first {
      let length = pattern.bytes.count
      guard place + length <= text.count else { continue }
      let found = UnsafeBufferPointer(rebasing: text[place..<(place + length)])
      guard pattern.bytes.withUnsafeBufferPointer({ $0.hasSameBytes(as: found) }) else { continue }
      let token = tokens[pattern.token]
      if token.isSingleWord, Self.touchesWord(place, place + length, in: text) { return nil }
      return (length, token)
    }
    return nil
  }

  private static func touchesWord(_ start: Int, _ end: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
    let before = start > 0 && isWord(text, at: startOfScalar(before: start, in: text))
    return before || (end < text.count && isWord(text, at: end))
  }

  private static func isWord(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
    let scalar = (text.baseAddress! + place).decodeScalar().value
    return scalar == 0x5F || !ScalarClasses.shared[scalar].isDisjoint(with: .wordCharacter)
  }

  private static func startOfScalar(before place: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
    var start = place - 1
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  private static func startOfSpace(
    before place: Int, in text: UnsafeBufferPointer<UInt8>, notBefore lowest: Int
  ) -> Int {
    var start = place
    while start > lowest {
      let previous = startOfScalar(before: start, in: text)
      let scalar = (text.baseAddress! + previous).decodeScalar().value
      guard ScalarClasses.shared[scalar].contains(.whitespace) else { break }
      start = previous
    }
    return start
  }
}
