/// Takes white space from the ends of a text.
struct StripNormalizer: TextNormalizer {
  private let stripsLeft: Bool
  private let stripsRight: Bool

  init(_ reader: JSONReader) throws(MartletError) {
    stripsLeft = try reader.required("strip_left")
    stripsRight = try reader.required("strip_right")
  }

  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool {
    let bytes = text.bytes.baseAddress!
    var (start, end) = (0, text.count)
    if stripsLeft { start = ScalarClasses.shared.endOfRun(of: .whitespace, in: text.bytes, from: 0) }
    while stripsRight, end > start {
      var last = end - 1
      while bytes[last] & 0xC0 == 0x80 { last -= 1 }
      guard UnicodeProperties.isWhitespace((bytes + last).decodeScalar().value) else { break }
      end = last
    }
    if start == 0, end == text.count { return false }
    output.keep(start..<end, of: text)
    return true
  }
}
