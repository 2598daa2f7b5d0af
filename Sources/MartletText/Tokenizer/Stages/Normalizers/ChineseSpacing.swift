/// `handle_chinese_chars` of `BertNormalizer`: spaces around Chinese characters.
struct ChineseSpacing: TextNormalizer {
  /// Three bytes become five.
  var growth: Double { 2 }

  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool {
    let bytes = text.bytes.baseAddress!
    var (kept, place) = (0, 0)
    while place < text.count {
      // None of them has fewer than three bytes.
      if bytes[place] < 0xE3 {
        place += bytes[place] < 0x80 ? 1 : (bytes + place).scalarLength
        continue
      }
      let (scalar, length) = (bytes + place).decodeScalar()
      if UnicodeProperties.isBertChinese(scalar) {
        output.keep(kept..<place, of: text)
        output.append(CollectionOfOne(UInt8(ascii: " ")), from: text, at: place)
        output.keep(place..<(place + length), of: text)
        output.append(CollectionOfOne(UInt8(ascii: " ")), from: text, at: place)
        kept = place + length
      }
      place += length
    }
    if kept == 0 { return false }
    output.keep(kept..<text.count, of: text)
    return true
  }
}
