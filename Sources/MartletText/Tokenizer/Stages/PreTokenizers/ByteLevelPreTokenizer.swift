/// Splits by GPT-2's pattern (when `use_regex`) and then writes words as bytes in GPT-2's alphabet.
struct ByteLevelPreTokenizer: PreTokenizer {
  private let pattern: (any SplitPattern)?
  private let addsPrefixSpace: Bool
  /// Whether words stay bytes, for a model that takes them so.
  private var keepsBytes = false

  init(_ reader: JSONReader) throws(MartletError) {
    pattern = try reader.optional("use_regex") ?? true ? GPT2Pattern() : nil
    addsPrefixSpace = try reader.optional("add_prefix_space") ?? true
  }

  /// The same, with words that stay bytes.
  func keepingBytes() -> ByteLevelPreTokenizer {
    var result = self
    result.keepsBytes = true
    return result
  }

  var keepsTexts: Bool { pattern == nil && !addsPrefixSpace && keepsBytes }

  /// Characters of the alphabet have at most two bytes.
  var growth: Double { 2 }

  func split(_ text: TextView, _ yield: (WordBatch) -> Void) {
    guard addsPrefixSpace, text.bytes.first != UInt8(ascii: " ") else { return splitWords(text, yield) }
    var spaced = AlignedText(of: text)
    spaced.append([UInt8(ascii: " ")], from: text, at: 0)
    spaced.keep(0..<text.count, of: text)
    spaced.withView { splitWords($0, yield) }
  }

  private func splitWords(_ text: TextView, _ yield: (WordBatch) -> Void) {
    switch (pattern, keepsBytes) {
    case (let pattern?, true): pattern.split(text, yield)
    case (let pattern?, false): pattern.split(text) { Self.writeAlphabet($0, yield) }
    case (nil, true): WordBatch.withOnlyWord(text, yield)
    case (nil, false): WordBatch.withOnlyWord(text) { Self.writeAlphabet($0, yield) }
    }
  }

  /// Gives the words of a batch, written in the alphabet, to `yield`.
  private static func writeAlphabet(_ words: WordBatch, _ yield: (WordBatch) -> Void) {
    var (start, ends) = (words.start, [Int]())
    var written = AlignedText(of: words.text[words.start..<(words.ends.last ?? words.start)])
    for end in words.ends {
      written.appendAlphabet(start..<end, of: words.text)
      ends.append(written.bytes.count)
      start = end
    }
    written.withView { text in
      ends.withUnsafeBufferPointer { yield(WordBatch(text: text, start: 0, ends: $0)) }
    }
  }
}

extension AlignedText {
  /// Adds bytes written in GPT-2's alphabet, each of which stands for what the character it is of stands for.
  mutating func appendAlphabet(_ range: Range<Int>, of source: TextView) {
    for place in range {
      append(scalar: ByteAlphabet.scalars[Int(source.bytes[place])].value, from: source, at: place)
    }
  }
}
