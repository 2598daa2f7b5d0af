/// Cuts normalized text into words, which the model then encodes one by one.
protocol PreTokenizer: Sendable {
  /// Whether words are bytes written in GPT-2's alphabet in the vocabulary.
  var isByteLevel: Bool { get }

  /// Whether every text is one word, left as it is.
  var keepsTexts: Bool { get }

  /// Gives the words of a text that is not empty, in order, to `yield`.
  func split(_ text: UnsafeBufferPointer<UInt8>, _ yield: (WordBatch) -> Void)
}

/// Splits by GPT-2's pattern (when `use_regex`) and then works on bytes.
struct ByteLevelPreTokenizer: PreTokenizer {
  private let pattern: (any SplitPattern)?
  private let addsPrefixSpace: Bool

  init(_ reader: JSONReader) throws(MartletError) {
    pattern = try reader.optional("use_regex") ?? true ? GPT2Pattern() : nil
    addsPrefixSpace = try reader.optional("add_prefix_space") ?? true
  }

  var isByteLevel: Bool { true }
  var keepsTexts: Bool { pattern == nil && !addsPrefixSpace }

  func split(_ text: UnsafeBufferPointer<UInt8>, _ yield: (WordBatch) -> Void) {
    guard addsPrefixSpace, text.first != UInt8(ascii: " ") else {
      splitPlain(text, yield)
      return
    }
    ([UInt8(ascii: " ")] + text).withUnsafeBufferPointer { splitPlain($0, yield) }
  }

  private func splitPlain(_ text: UnsafeBufferPointer<UInt8>, _ yield: (WordBatch) -> Void) {
    if let pattern {
      pattern.split(text, yield)
    } else {
      WordBatch.withOnlyWord(text, yield)
    }
  }
}

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

  var isByteLevel: Bool { false }
  var keepsTexts: Bool { false }

  func split(_ text: UnsafeBufferPointer<UInt8>, _ yield: (WordBatch) -> Void) {
    pattern.split(text, yield)
  }
}

/// The pre-tokenizers by the names of `tokenizer.json`, and several in a row.
struct PreTokenizers: Sendable {
  /// Those that do something.
  private let steps: [any PreTokenizer]
  /// Whether words are bytes written in GPT-2's alphabet in the vocabulary.
  let isByteLevel: Bool

  static let kinds: [String: @Sendable (JSONReader) throws(MartletError) -> any PreTokenizer] = [
    "ByteLevel": { reader throws(MartletError) in try ByteLevelPreTokenizer(reader) },
    "Split": { reader throws(MartletError) in try SplitPreTokenizer(reader) },
  ]

  init(_ reader: JSONReader?) throws(MartletError) {
    let all = try PipelinePart.read(reader, sequence: "pretokenizers", what: "pre-tokenizer", Self.kinds)
    if let reader, all.dropLast().contains(where: \.isByteLevel) {
      throw UnsupportedPart.error(reader, "a pre-tokenizer after \"ByteLevel\"")
    }
    isByteLevel = all.last?.isByteLevel ?? false
    steps = all.filter { !$0.keepsTexts }
  }

  /// Gives the words of a text, in order, to `yield`.
  func split(_ text: UnsafeBufferPointer<UInt8>, _ yield: (WordBatch) -> Void) {
    if text.count > 0 { split(text, from: 0, yield) }
  }

  private func split(
    _ text: UnsafeBufferPointer<UInt8>, from step: Int, _ yield: (WordBatch) -> Void
  ) {
    if step == steps.count { return WordBatch.withOnlyWord(text, yield) }
    if step == steps.count - 1 { return steps[step].split(text, yield) }
    steps[step].split(text) { words in
      for word in words { split(word, from: step + 1, yield) }
    }
  }
}
