/// A change of the text before anything else: the first stage of the pipeline.
protocol TextNormalizer: Sendable {
  func normalize(_ text: [UInt8]) -> [UInt8]
}

/// Puts a text in front of every text that is not empty.
struct PrependNormalizer: TextNormalizer {
  let prefix: [UInt8]

  init(_ reader: JSONReader) throws(MartletError) {
    prefix = [UInt8](try reader.required("prepend", as: String.self).utf8)
  }

  func normalize(_ text: [UInt8]) -> [UInt8] { text.isEmpty ? text : prefix + text }
}

/// Replaces each occurrence of a text by another.
struct ReplaceNormalizer: TextNormalizer {
  let replacement: TextReplacement

  init(_ reader: JSONReader) throws(MartletError) {
    replacement = try TextReplacement(reader)
  }

  func normalize(_ text: [UInt8]) -> [UInt8] { replacement.apply(to: text) }
}

/// A plain text to look for and what to put in its place, as normalizers and decoders name them.
struct TextReplacement: Sendable {
  let pattern: [UInt8]
  let content: [UInt8]

  init(_ reader: JSONReader) throws(MartletError) {
    let patternReader = try reader.reader("pattern")
    guard patternReader["Regex"] == nil else {
      throw UnsupportedPart.error(reader, "Replace with a regular expression")
    }
    pattern = [UInt8](try patternReader.required("String", as: String.self).utf8)
    content = [UInt8](try reader.required("content", as: String.self).utf8)
    guard !pattern.isEmpty else {
      throw patternReader.unexpected("String", expected: "a text that is not empty")
    }
  }

  /// Replaces every occurrence, from the left.
  func apply(to text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var place = 0
    while place < text.count {
      if text[place] == pattern[0], text[place...].starts(with: pattern) {
        result.append(contentsOf: content)
        place += pattern.count
      } else {
        result.append(text[place])
        place += 1
      }
    }
    return result
  }
}

/// The normalizers by the names of `tokenizer.json`.
enum Normalizers {
  static let kinds: [String: @Sendable (JSONReader) throws(MartletError) -> any TextNormalizer] = [
    "Prepend": { reader throws(MartletError) in try PrependNormalizer(reader) },
    "Replace": { reader throws(MartletError) in try ReplaceNormalizer(reader) },
  ]

  /// The steps in order; none for a missing reader.
  static func read(_ reader: JSONReader?) throws(MartletError) -> [any TextNormalizer] {
    try PipelinePart.read(reader, sequence: "normalizers", what: "normalizer", kinds)
  }
}
