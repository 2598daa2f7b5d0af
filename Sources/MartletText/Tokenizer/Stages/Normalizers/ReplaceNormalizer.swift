/// Replaces each occurrence of a text by another.
struct ReplaceNormalizer: TextNormalizer {
  private let pattern: TextPattern
  private let content: [UInt8]

  init(_ reader: JSONReader) throws(MartletError) {
    pattern = try TextPattern(reader)
    content = [UInt8](try reader.required("content", as: String.self).utf8)
  }

  var growth: Double { pattern.growth(ofReplacementWith: content.count) }

  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool {
    var (end, isChanged) = (0, false)
    pattern.forEachMatch(in: text.bytes) { match in
      isChanged = true
      output.keep(end..<match.lowerBound, of: text)
      output.append(content, from: text, at: match.upperBound - 1)
      end = match.upperBound
    }
    guard isChanged else { return false }
    output.keep(end..<text.count, of: text)
    return true
  }
}
