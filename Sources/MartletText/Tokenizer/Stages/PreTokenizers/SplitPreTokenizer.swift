/// Splits by a regular expression, each match a word.
struct SplitPreTokenizer: PreTokenizer {
  private let pattern: any SplitPattern

  init(_ reader: JSONReader) throws(MartletError) {
    let patternReader = try reader.reader("pattern")
    guard let expression = try patternReader.optional("Regex", as: String.self) else {
      throw UnsupportedPart.error(reader, "Split by a plain text")
    }
    guard let pattern = SplitPatterns.named(expression) else {
      throw UnsupportedPart.error(
        reader, "Split by the regular expression \(JSON.string(expression).compact)")
    }
    let behavior = try reader.required("behavior", as: String.self)
    let isInverted = try reader.optional("invert") ?? false
    // The patterns cover the whole text, so "Isolated" and inverted "Removed" are the same.
    guard (behavior == "Isolated" && !isInverted) || (behavior == "Removed" && isInverted) else {
      throw UnsupportedPart.error(reader, "Split with the behavior \"\(behavior)\"")
    }
    self.pattern = pattern
  }

  func split(_ text: TextView, _ yield: (WordBatch) -> Void) {
    pattern.split(text, yield)
  }
}
