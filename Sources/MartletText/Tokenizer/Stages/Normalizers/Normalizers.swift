/// A change of the text before anything else: the first stage of the pipeline.
protocol TextNormalizer: Sendable {
  /// How many times longer a text may become, at most.
  var growth: Double { get }

  /// Writes what becomes of a text that is not empty to `output`; returns false, and nothing is to be read there, when
  /// the text stays as it is.
  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool
}

extension TextNormalizer {
  var growth: Double { 1 }
}

/// The normalizers of a tokenizer, in order.
struct Normalizers: Sendable {
  private let steps: [any TextNormalizer]

  static let kinds: PipelinePart.Kinds<[any TextNormalizer]> = [
    "Prepend": { reader throws(MartletError) in [try PrependNormalizer(reader)] },
    "Replace": { reader throws(MartletError) in [try ReplaceNormalizer(reader)] },
    "Strip": { reader throws(MartletError) in [try StripNormalizer(reader)] },
    "Precompiled": { reader throws(MartletError) in [try PrecompiledNormalizer(reader)] },
    "NFC": { _ in [UnicodeNormalizer(form: .nfc)] },
    "NFD": { _ in [UnicodeNormalizer(form: .nfd)] },
    "NFKC": { _ in [UnicodeNormalizer(form: .nfkc)] },
    "NFKD": { _ in [UnicodeNormalizer(form: .nfkd)] },
    "Lowercase": { _ in [LowercaseNormalizer()] },
    "StripAccents": { _ in [ScalarNormalizer.withoutMarks] },
    "Nmt": { _ in [ScalarNormalizer.nmt] },
    "ByteLevel": { _ in [ByteLevelNormalizer()] },
    "BertNormalizer": { reader throws(MartletError) in try bert(reader) },
  ]

  /// The steps of BERT: Devlin et al. 2018, tokenization.py, `BasicTokenizer`.
  private static func bert(_ reader: JSONReader) throws(MartletError) -> [any TextNormalizer] {
    let lowercases = try reader.optional("lowercase") ?? true
    var steps: [any TextNormalizer] = []
    if try reader.optional("clean_text") ?? true { steps.append(ScalarNormalizer.cleaned) }
    if try reader.optional("handle_chinese_chars") ?? true { steps.append(ChineseSpacing()) }
    if try reader.optional("strip_accents") ?? lowercases {
      steps += [UnicodeNormalizer(form: .nfd), ScalarNormalizer.withoutAccents]
    }
    if lowercases { steps.append(LowercaseNormalizer()) }
    return steps
  }

  /// None for a missing reader.
  init(_ reader: JSONReader?) throws(MartletError) {
    steps = try PipelinePart.read(reader, sequence: "normalizers", what: "normalizer", Self.kinds)
      .flatMap { $0 }
    if let reader { try PipelinePart.checkGrowth(steps.map(\.growth), reader) }
  }

  /// One normalizer.
  init(_ normalizer: any TextNormalizer) {
    steps = [normalizer]
  }

  var isEmpty: Bool { steps.isEmpty }

  /// Calls `body` with what becomes of a text.
  func withNormalized(_ text: TextView, _ body: (TextView) -> Void) {
    run(text, from: 0, body)
  }

  private func run(_ text: TextView, from step: Int, _ body: (TextView) -> Void) {
    guard step < steps.count, text.count > 0 else { return body(text) }
    var output = AlignedText(of: text)
    guard steps[step].normalize(text, into: &output) else { return run(text, from: step + 1, body) }
    output.withView { run($0, from: step + 1, body) }
  }

  /// What becomes of a text, without origins.
  func normalize(_ text: [UInt8]) -> [UInt8] {
    var result = text
    text.withUnsafeBufferPointer { bytes in
      withNormalized(TextView(bytes)) { result = Array($0.bytes) }
    }
    return result
  }
}
