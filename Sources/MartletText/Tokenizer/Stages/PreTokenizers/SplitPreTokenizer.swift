/// Cuts a text at the matches of a plain text or a regular expression.
struct SplitPreTokenizer: PreTokenizer {
  private let pattern: Pattern
  private let behavior: SplitBehavior
  private let isInverted: Bool

  private enum Pattern {
    /// A pattern that is known, all of whose matches are words.
    case known(any SplitPattern)
    case any(TextPattern)
  }

  init(_ reader: JSONReader) throws(MartletError) {
    guard let behavior = try SplitBehavior.read("behavior", reader) else {
      throw MartletError(
        "\(reader.file): the key \"\(reader.fullPath("behavior"))\" is missing; expected a string")
    }
    self.behavior = behavior
    isInverted = try reader.optional("invert") ?? false
    let expression = try reader.reader("pattern").optional("Regex", as: String.self)
    // The known patterns cover the whole text, so "Isolated" and inverted "Removed" are the same.
    let keepsMatches = behavior == .isolated || (behavior == .removed && isInverted)
    if keepsMatches, let known = expression.flatMap(SplitPatterns.named) {
      pattern = .known(known)
    } else {
      pattern = .any(try TextPattern(reader))
    }
  }

  func split(_ text: TextView, _ yield: (WordBatch) -> Void) {
    switch pattern {
    case .known(let known): known.split(text, yield)
    case .any(let pattern):
      behavior.split(text, isInverted: isInverted, { pattern.forEachMatch(in: text.bytes, $0) }, yield)
    }
  }
}
