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

    /// Longer ones are refused, since a search may read as many bytes from each place of a text.
    static let longestContent = 1024

    init(_ reader: JSONReader) throws(MartletError) {
      id = Int32(truncatingIfNeeded: try reader.required("id", as: Int.self))
      content = try reader.required("content")
      guard content.utf8.count <= Self.longestContent else {
        throw MartletError(
          "\(reader.file): the key \"\(reader.fullPath("content"))\" has \(content.utf8.count) bytes, and an added "
            + "token may have at most \(Self.longestContent)")
      }
      isSpecial = try reader.optional("special") ?? false
      isNormalized = try reader.optional("normalized") ?? !isSpecial
      isSingleWord = try reader.optional("single_word") ?? false
      stripsLeft = try reader.optional("lstrip") ?? false
      stripsRight = try reader.optional("rstrip") ?? false
    }
  }

  /// A part of a text: a token found in it, with the text it was found as, or text between tokens.
  enum Part {
    case token(Int32, TextView)
    case text(TextView)
  }

  private let tokens: [Token]
  private var plain = AddedTokenMatcher()
  private var normalized = AddedTokenMatcher()
  /// The tokens whose text the normalizers change, as it stands in normalized text: `tokenizers` decodes them to it.
  private(set) var normalizedTexts: [(id: Int32, text: String)] = []

  /// - Parameter normalize: what the pipeline's normalizers make of a text.
  init(_ tokens: [Token], normalize: ([UInt8]) -> [UInt8]) {
    self.tokens = tokens
    for (number, token) in tokens.enumerated() where !token.content.isEmpty {
      let content = [UInt8](token.content.utf8)
      guard token.isNormalized else {
        plain.insert(content, Int32(number), isSpecial: token.isSpecial)
        continue
      }
      let normal = normalize(content)
      if normal != content { normalizedTexts.append((token.id, String(decoding: normal, as: UTF8.self))) }
      if !normal.isEmpty { normalized.insert(normal, Int32(number), isSpecial: token.isSpecial) }
    }
  }

  /// Whether tokens are looked for in normalized text.
  var hasNormalizedTokens: Bool { !normalized.isEmpty }

  /// Cuts a text at the tokens in it, leftmost and longest first.
  ///
  /// - Parameters:
  ///   - isNormalized: whether the text has been normalized; each token is looked for in one of the two forms.
  ///   - parsing: where special tokens are looked for.
  func split(
    _ text: TextView, isNormalized: Bool, parsing: SpecialTokenParsing, _ yield: (Part) -> Void
  ) {
    let matcher = isNormalized ? normalized : plain
    guard text.count > 0 else { return }
    guard matcher.canMatch(parsing) else { return yield(.text(text[0..<text.count])) }
    var textStart = 0
    var place = 0
    while let match = matcher.firstMatch(in: text, from: place, judge: { judge($0, $1, in: text, parsing) }) {
      // The search goes on after the match itself, whatever whitespace is swallowed and even when it is discarded.
      place = match.end
      let token = tokens[Int(match.token)]
      guard match.isAccepted else { continue }
      if token.isSingleWord, Self.touchesWord(match.start, match.end, in: text.bytes) { continue }
      var (start, end) = (match.start, match.end)
      if token.stripsLeft { start = max(Self.startOfSpace(before: start, in: text.bytes), textStart) }
      if token.stripsRight {
        end = ScalarClasses.shared.endOfRun(of: .whitespace, in: text.bytes, from: end)
      }
      if start > textStart { yield(.text(text[textStart..<start])) }
      // One before it may have swallowed all of it.
      if start < end { yield(.token(token.id, text[start..<end])) }
      textStart = end
    }
    if textStart < text.count { yield(.text(text[textStart..<text.count])) }
  }

  private func judge(
    _ token: Int32, _ range: Range<Int>, in text: TextView, _ parsing: SpecialTokenParsing
  ) -> AddedTokenMatcher.Judgement {
    guard tokens[Int(token)].isSpecial else { return .accepted }
    switch parsing {
    case .everywhere: return .accepted
    case .nowhere: return .discarded
    case .within(let ranges):
      let original = text.original(range)
      // The first range that ends after the mark starts.
      var (low, high) = (0, ranges.count)
      while low < high {
        let middle = (low + high) / 2
        if ranges[middle].upperBound <= original.lowerBound { low = middle + 1 } else { high = middle }
      }
      guard low < ranges.count, ranges[low].lowerBound < original.upperBound else { return .discarded }
      // A mark half in and half out is none, and must not hide one that begins at the border.
      let isWithin =
        ranges[low].lowerBound <= original.lowerBound && original.upperBound <= ranges[low].upperBound
      return isWithin ? .accepted : .ignored
    }
  }

  private static func touchesWord(_ start: Int, _ end: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
    let before = start > 0 && isWord(text, at: startOfScalar(before: start, in: text))
    return before || (end < text.count && isWord(text, at: end))
  }

  private static func isWord(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
    UnicodeProperties.isWord((text.baseAddress! + place).decodeScalar().value)
  }

  private static func startOfScalar(before place: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
    var start = place - 1
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  private static func startOfSpace(before place: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
    var start = place
    while start > 0 {
      let previous = startOfScalar(before: start, in: text)
      let scalar = (text.baseAddress! + previous).decodeScalar().value
      guard ScalarClasses.shared[scalar].contains(.whitespace) else { break }
      start = previous
    }
    return start
  }
}
