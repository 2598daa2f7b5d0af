/// Cuts a text at single scalars of some kind.
struct ScalarPreTokenizer: PreTokenizer {
  private let behavior: SplitBehavior
  private let isDelimiter: @Sendable (UInt32) -> Bool
  private let isASCIIDelimiter: [Bool]

  init(_ behavior: SplitBehavior, _ isDelimiter: @escaping @Sendable (UInt32) -> Bool) {
    self.behavior = behavior
    self.isDelimiter = isDelimiter
    isASCIIDelimiter = (0..<128 as Range<UInt32>).map(isDelimiter)
  }

  func split(_ text: TextView, _ yield: (WordBatch) -> Void) {
    behavior.split(text, { forEachDelimiter(in: text.bytes, $0) }, yield)
  }

  private func forEachDelimiter(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    let bytes = text.baseAddress!
    isASCIIDelimiter.withUnsafeBufferPointer { isASCIIDelimiter in
      var place = 0
      while place < text.count {
        if bytes[place] < 0x80 {
          if isASCIIDelimiter[Int(bytes[place])] { body(place..<(place + 1)) }
          place += 1
          continue
        }
        let (scalar, length) = (bytes + place).decodeScalar()
        if isDelimiter(scalar) { body(place..<(place + length)) }
        place += length
      }
    }
  }
}

extension ScalarPreTokenizer {
  /// `WhitespaceSplit`
  static let whitespaceSplit = ScalarPreTokenizer(.removed, UnicodeProperties.isWhitespace)

  /// `Digits`
  static func digits(_ reader: JSONReader) throws(MartletError) -> ScalarPreTokenizer {
    let areIndividual = try reader.optional("individual_digits", as: Bool.self) ?? false
    return ScalarPreTokenizer(areIndividual ? .isolated : .contiguous, UnicodeProperties.isNumeric)
  }

  /// `Punctuation`
  static func punctuation(_ reader: JSONReader) throws(MartletError) -> ScalarPreTokenizer {
    ScalarPreTokenizer(
      try SplitBehavior.read("behavior", reader) ?? .isolated, UnicodeProperties.isBertPunctuation)
  }

  /// `CharDelimiterSplit`
  static func delimiter(_ reader: JSONReader) throws(MartletError) -> ScalarPreTokenizer {
    let delimiter = try reader.oneScalar("delimiter")
    return ScalarPreTokenizer(.removed) { $0 == delimiter }
  }
}

extension JSONReader {
  /// The value of a key that must be a text of one scalar.
  func oneScalar(_ key: String) throws(MartletError) -> UInt32 {
    let text = try required(key, as: String.self).unicodeScalars
    guard let scalar = text.first, text.count == 1 else {
      throw unexpected(key, expected: "one character")
    }
    return scalar.value
  }
}
