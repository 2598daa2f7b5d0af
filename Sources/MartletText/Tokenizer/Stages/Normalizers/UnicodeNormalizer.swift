/// One of the normalization forms of Unicode.
struct UnicodeNormalizer: TextNormalizer {
  let form: NormalizationForm

  /// U+FDFA becomes 33 bytes of 3; nothing grows as much.
  var growth: Double { 11 }

  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool {
    var (place, isChanged) = (0, false)
    while place < text.count {
      let end = endOfStable(in: text.bytes, from: place)
      if !isChanged, end == text.count { return false }
      isChanged = true
      // What follows may join the last scalar before it.
      let start = end == text.count ? end : Self.startOfLast(in: text.bytes, before: end, notBefore: place)
      output.keep(place..<start, of: text)
      if start == text.count { break }
      place = endOfUnstable(in: text.bytes, from: end)
      var transformation = TextTransformation(of: text, from: start)
      form.normalize(UnsafeBufferPointer(rebasing: text.bytes[start..<place])) { scalar, change in
        transformation.append(scalar, change, to: &output)
      }
    }
    return isChanged
  }

  /// Where the first scalar stands that may change, or may change the one before it.
  private func endOfStable(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let bytes = text.baseAddress!
    var place = start
    while place < text.count {
      if bytes[place] < 0x80 {
        place += 1
        while place + 8 <= text.count,
          UnsafeRawPointer(bytes + place).loadUnaligned(as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        { place += 8 }
        continue
      }
      let (scalar, length) = (bytes + place).decodeScalar()
      guard isStable(scalar) else { break }
      place += length
    }
    return place
  }

  private func endOfUnstable(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var place = start
    while place < text.count {
      let (scalar, length) = (text.baseAddress! + place).decodeScalar()
      if isStable(scalar) { break }
      place += length
    }
    return place
  }

  private static func startOfLast(
    in text: UnsafeBufferPointer<UInt8>, before end: Int, notBefore lowest: Int
  ) -> Int {
    guard end > lowest else { return end }
    var start = end - 1
    while start > lowest, text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  /// Whether a scalar is known to stay as it is, and to leave what stands before it as it is.
  func isStable(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0..<0x80, 0x4E00..<0xA000: true
    // Most of the other common letters: Latin, Cyrillic, Armenian, kana, and Hangul syllables.
    case 0x80..<0x300, 0x400..<0x483, 0x48A..<0x590, 0x3041..<0x3097, 0x30A1..<0x30FF, 0xAC00..<0xD7A4:
      form == .nfc
    default: false
    }
  }
}
