/// Cuts normalized text into words, which the model then encodes one by one.
protocol PreTokenizer: Sendable {
  /// How many times longer a text may become, at most.
  var growth: Double { get }

  /// Whether every text is one word, left as it is.
  var keepsTexts: Bool { get }

  /// Gives the words of a text that is not empty, in order, to `yield`.
  func split(_ text: TextView, _ yield: (WordBatch) -> Void)
}

extension PreTokenizer {
  var growth: Double { 1 }
  var keepsTexts: Bool { false }
}

/// The pre-tokenizers of a tokenizer, in order.
struct PreTokenizers: Sendable {
  /// Those that do something.
  private var steps: [any PreTokenizer]
  /// Whether the last one makes bytes of words.
  let isByteLevel: Bool

  static let kinds: PipelinePart.Kinds<any PreTokenizer> = [
    "ByteLevel": { reader throws(MartletError) in try ByteLevelPreTokenizer(reader) },
    "Split": { reader throws(MartletError) in try SplitPreTokenizer(reader) },
    "Metaspace": { reader throws(MartletError) in try MetaspacePreTokenizer(reader) },
    "Whitespace": { _ in ClassedPreTokenizer.whitespace },
    "WhitespaceSplit": { _ in ScalarPreTokenizer.whitespaceSplit },
    "BertPreTokenizer": { _ in ClassedPreTokenizer.bert },
    "Digits": { reader throws(MartletError) in try ScalarPreTokenizer.digits(reader) },
    "Punctuation": { reader throws(MartletError) in try ScalarPreTokenizer.punctuation(reader) },
    "CharDelimiterSplit": { reader throws(MartletError) in try ScalarPreTokenizer.delimiter(reader) },
    "FixedLength": { reader throws(MartletError) in try FixedLengthPreTokenizer(reader) },
  ]

  init(_ reader: JSONReader?) throws(MartletError) {
    steps = try PipelinePart.read(reader, sequence: "pretokenizers", what: "pre-tokenizer", Self.kinds)
    isByteLevel = steps.last is ByteLevelPreTokenizer
    if let reader { try PipelinePart.checkGrowth(steps.map(\.growth), reader) }
  }

  /// These alone.
  init(_ steps: [any PreTokenizer]) {
    (self.steps, isByteLevel) = (steps, false)
  }

  /// Leaves the words of the last one as bytes, for a model that takes them so.
  mutating func keepBytes() {
    guard let last = steps.popLast() as? ByteLevelPreTokenizer else { return }
    steps.append(last.keepingBytes())
    steps.removeAll(where: \.keepsTexts)
  }

  /// Adds one at the end.
  mutating func append(_ step: any PreTokenizer) { steps.append(step) }

  /// Gives the words of a text, in order, to `yield`.
  func split(_ text: TextView, _ yield: (WordBatch) -> Void) {
    if text.count > 0 { split(text, from: 0, yield) }
  }

  private func split(_ text: TextView, from step: Int, _ yield: (WordBatch) -> Void) {
    if step == steps.count { return WordBatch.withOnlyWord(text, yield) }
    if step == steps.count - 1 { return steps[step].split(text, yield) }
    steps[step].split(text) { words in
      words.forEachPiece { split($0, from: step + 1, yield) }
    }
  }
}
