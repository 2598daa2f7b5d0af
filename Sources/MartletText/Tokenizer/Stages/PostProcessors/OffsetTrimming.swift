/// Takes the spaces at the ends of tokens out of their offsets.
///
/// Source: `tokenizers`, pre_tokenizers/byte_level.rs, `process_offsets`.
struct OffsetTrimming: Sendable {
  private let addsPrefixSpace: Bool

  /// Nil when offsets are left as they are.
  init?(_ reader: JSONReader) throws(MartletError) {
    guard try reader.optional("trim_offsets") ?? true else { return nil }
    addsPrefixSpace = try reader.optional("add_prefix_space") ?? true
  }

  /// What stands for the space in GPT-2's alphabet.
  private static let space: UInt32 = 0x120

  func apply(to encoding: inout Encoding, of text: UnsafeBufferPointer<UInt8>) {
    for place in encoding.ids.indices {
      let token = encoding.tokens[place].unicodeScalars
      var leading = token.prefix(while: Self.isSpace).count
      let trailing = token.reversed().prefix(while: Self.isSpace).count
      var (start, end) = (encoding.offsets[place].lowerBound, encoding.offsets[place].upperBound)
      if leading > 0 {
        // One space at the start of the text is the one that was put there.
        if place == 0 || start == 0, addsPrefixSpace, leading == 1 { leading = 0 }
        start = Self.advanced(start, by: leading, in: text, until: end)
      }
      if trailing > 0 { end = max(Self.retreated(end, by: trailing, in: text), start) }
      encoding.offsets[place] = start..<max(start, end)
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == space || ScalarClasses.shared[scalar.value].contains(.whitespace)
  }

  /// So many characters further, but not past `end`.
  private static func advanced(
    _ place: Int, by count: Int, in text: UnsafeBufferPointer<UInt8>, until end: Int
  ) -> Int {
    var (place, left) = (place, count)
    while left > 0, place < min(end, text.count) {
      place += (text.baseAddress! + place).scalarLength
      left -= 1
    }
    return min(place, end)
  }

  /// So many characters back, or the same place when there are not as many.
  private static func retreated(_ place: Int, by count: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
    var (start, left) = (place, count)
    while left > 0, start > 0, start <= text.count {
      start -= 1
      while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
      left -= 1
    }
    return left == 0 ? start : place
  }
}
