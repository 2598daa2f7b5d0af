/// Lower case, scalar by scalar.
struct LowercaseNormalizer: TextNormalizer {
  /// Two bytes may become three.
  var growth: Double { 1.5 }

  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool {
    let bytes = text.bytes.baseAddress!
    var (kept, place) = (0, 0)
    while place < text.count {
      let first = bytes[place]
      if first < 0x80, first &- 0x41 >= 26 {
        place += 1
        continue
      }
      let (scalar, length) = (bytes + place).decodeScalar()
      var isChanged = false
      Lowercasing.lowercase(scalar) { lower in
        if lower == scalar { return }
        if !isChanged { output.keep(kept..<place, of: text) }
        isChanged = true
        output.append(scalar: lower, from: text, at: place)
      }
      place += length
      if isChanged { kept = place }
    }
    if kept == 0 { return false }
    output.keep(kept..<text.count, of: text)
    return true
  }
}
