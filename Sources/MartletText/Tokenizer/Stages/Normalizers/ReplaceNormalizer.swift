/// Replaces each occurrence of a text by another.
struct ReplaceNormalizer: TextNormalizer {
  private let pattern: TextPattern
  private let content: [UInt8]

  init(_ reader: JSONReader) throws(MartletError) {
    pattern = try TextPattern(reader, of: "Replace")
    content = [UInt8](try reader.required("content", as: String.self).utf8)
  }

  /// An expression may match nothing before every character.
  var growth: Double {
    pattern.mostMatchesPerByte * Double(content.count) + (pattern.canMatchNothing ? 1 : 0)
  }

  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool {
    var end = 0
    pattern.forEachMatch(in: text.bytes) { match in
      output.keep(end..<match.lowerBound, of: text)
      output.append(content, from: text, at: match.upperBound - 1)
      end = match.upperBound
    }
    if end == 0, output.bytes.isEmpty { return false }
    output.keep(end..<text.count, of: text)
    return true
  }
}
