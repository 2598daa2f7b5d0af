/// Cuts normalized text into words, which the model then encodes one by one.
protocol PreTokenizer: Sendable {
  /// Whether words are bytes written in GPT-2's alphabet in the vocabulary.
  var isByteLevel: Bool { get }

  /// Gives the words of a text that is not empty, in order, to `yield`.
  func split(_ text: UnsafeBufferPointer<UInt8>, _ yield: (UnsafeBufferPointer<UInt8>) -> Void)
}

extension SplitPattern {
  /// Gives the words of a text in order to `yield`.
  func split(_ text: UnsafeBufferPointer<UInt8>, _ yield: (UnsafeBufferPointer<UInt8>) -> Void) {
    guard let bytes = text.baseAddress else { return }
    var start = 0
    while start < text.count {
      let end = endOfWord(in: text, from: start)
      yield(UnsafeBufferPointer(start: bytes + start, count: end - start))
      start = end
    }
  }
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

  func split(_ text: UnsafeBufferPointer<UInt8>, _ yield: (UnsafeBufferPointer<UInt8>) -> Void) {
    guard addsPrefixSpace, text.first != UInt8(ascii: " ") else {
      splitPlain(text, yield)
      return
    }
    ([UInt8(ascii: " ")] + text).withUnsafeBufferPointer { splitPlain($0, yield) }
  }

  private func splitPlain(
    _ text: UnsafeBufferPointer<UInt8>, _ yield: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    if let pattern {
      pattern.split(text, yield)
    } else {
      yield(text)
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

  func split(_ text: UnsafeBufferPointer<UInt8>, _ yield: (UnsafeBufferPointer<UInt8>) -> Void) {
    pattern.split(text, yield)
  }
}

/// The pre-tokenizers by the names of `tokenizer.json`, and several in a row.
struct PreTokenizers: Sendable {
  private let steps: [any PreTokenizer]

  static let kinds: [String: @Sendable (JSONReader) throws(MartletError) -> any PreTokenizer] = [
    "ByteLevel": { reader throws(MartletError) in try ByteLevelPreTokenizer(reader) },
    "Split": { reader throws(MartletError) in try SplitPreTokenizer(reader) },
  ]

  init(_ reader: JSONReader?) throws(MartletError) {
    steps = try PipelinePart.read(reader, sequence: "pretokenizers", what: "pre-tokenizer", Self.kinds)
    if let reader, steps.dropLast().contains(where: \.isByteLevel) {
      throw UnsupportedPart.error(reader, "a pre-tokenizer after \"ByteLevel\"")
    }
  }

  var isByteLevel: Bool { steps.last?.isByteLevel ?? false }

  func split(_ text: UnsafeBufferPointer<UInt8>, _ yield: (UnsafeBufferPointer<UInt8>) -> Void) {
    if text.count > 0 { split(text, from: 0, yield) }
  }

  private func split(
    _ text: UnsafeBufferPointer<UInt8>, from step: Int, _ yield: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    if step == steps.count { return yield(text) }
    steps[step].split(text) { split($0, from: step + 1, yield) }
  }
}
