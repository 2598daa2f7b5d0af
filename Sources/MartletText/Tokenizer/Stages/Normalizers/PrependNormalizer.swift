/// Puts a text in front of every text that is not empty.
struct PrependNormalizer: TextNormalizer {
  private let prefix: [UInt8]

  init(_ reader: JSONReader) throws(MartletError) {
    prefix = [UInt8](try reader.required("prepend", as: String.self).utf8)
  }

  /// The shortest text has one byte.
  var growth: Double { Double(1 + prefix.count) }

  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool {
    if prefix.isEmpty { return false }
    output.append(prefix, from: text, at: 0)
    output.keep(0..<text.count, of: text)
    return true
  }
}
