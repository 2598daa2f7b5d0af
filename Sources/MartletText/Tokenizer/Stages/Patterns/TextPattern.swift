/// What a "pattern" of `tokenizer.json` finds in a text: a plain text, or a regular expression.
struct TextPattern: Sendable {
  private let plain: [UInt8]

  /// - Parameter part: what asks for the pattern, for messages.
  init(_ reader: JSONReader, of part: String) throws(MartletError) {
    let patternReader = try reader.reader("pattern")
    guard patternReader["Regex"] == nil else {
      throw UnsupportedPart.error(reader, "\(part) with a regular expression")
    }
    plain = [UInt8](try patternReader.required("String", as: String.self).utf8)
    guard !plain.isEmpty else {
      throw patternReader.unexpected("String", expected: "a text that is not empty")
    }
  }

  /// A plain text.
  init(plain: [UInt8]) {
    precondition(!plain.isEmpty, "TextPattern: the text is empty")
    self.plain = plain
  }

  /// How many matches there are at most for each byte of a text.
  var mostMatchesPerByte: Double { 1 / Double(plain.count) }
  var canMatchNothing: Bool { false }

  /// Gives the matches, from the left and each after the one before, to `body`.
  func forEachMatch(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
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
