/// What a "pattern" of `tokenizer.json` finds in a text: a plain text, or a regular expression.
struct TextPattern: Sendable {
  private let kind: Kind

  private enum Kind {
    /// Never empty.
    case plain([UInt8])
    case expression(Pattern)
  }

  /// - Throws: when there is no pattern, or its expression is malformed or not supported.
  init(_ reader: JSONReader) throws(MartletError) {
    let patternReader = try reader.reader("pattern")
    if let expression = try patternReader.optional("Regex", as: String.self) {
      do {
        self.init(kind: .expression(try Pattern(expression)))
      } catch {
        throw MartletError(
          "\(reader.file): the key \"\(patternReader.fullPath("Regex"))\": \(error.message)")
      }
      return
    }
    try self.init(plain: "String", patternReader)
  }

  private init(kind: Kind) { self.kind = kind }

  /// A longer text is refused, since it may be compared at each place of a text.
  private static let longestText = 1024

  /// The plain text of a key.
  init(plain key: String, _ reader: JSONReader) throws(MartletError) {
    let text = [UInt8](try reader.required(key, as: String.self).utf8)
    guard !text.isEmpty, text.count <= Self.longestText else {
      throw reader.unexpected(key, expected: "a text of 1 to \(Self.longestText) bytes")
    }
    kind = .plain(text)
  }

  /// A plain text.
  init(plain: [UInt8]) {
    precondition(!plain.isEmpty, "TextPattern: the text is empty")
    kind = .plain(plain)
  }

  /// How many times longer a text may become, at most, when each match is replaced by so many bytes.
  func growth(ofReplacementWith count: Int) -> Double {
    switch kind {
    case .plain(let text): max(1, Double(count) / Double(text.count))
    // An expression may match nothing at each scalar.
    case .expression: 1 + Double(count)
    }
  }

  /// The plain text, nil for an expression.
  var plainText: [UInt8]? {
    if case .plain(let text) = kind { return text }
    return nil
  }

  /// Gives the matches, from the left and each after the one before, to `body`.
  func forEachMatch(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    switch kind {
    case .plain(let plain): Self.forEachMatch(of: plain, in: text, body)
    case .expression(let pattern): pattern.forEachMatch(in: text, body)
    }
  }

  private static func forEachMatch(
    of plain: [UInt8], in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void
  ) {
    guard let bytes = text.baseAddress else { return }
    let first = plain[0]
    let sixteen = SIMD16(repeating: first)
    var place = 0
    while place + plain.count <= text.count {
      // Most bytes are not the first of the pattern: sixteen at a time.
      if place + 16 <= text.count {
        let found = UnsafeRawPointer(bytes + place).loadUnaligned(as: SIMD16<UInt8>.self) .== sixteen
        if !any(found) {
          place += 16
          continue
        }
      }
      while place < text.count, bytes[place] != first { place += 1 }
      guard place + plain.count <= text.count else { return }
      let found = UnsafeBufferPointer(start: bytes + place, count: plain.count)
      if plain.withUnsafeBufferPointer({ $0.hasSameBytes(as: found) }) {
        body(place..<(place + plain.count))
        place += plain.count
      } else {
        place += 1
      }
    }
  }
}
