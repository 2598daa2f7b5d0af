/// SentencePiece's way with spaces: each is written as "▁", and one is put in front of a text.
struct MetaspacePreTokenizer: PreTokenizer {
  private let replacement: [UInt8]
  private let marks: TextPattern
  private let prepending: Prepending
  private let splits: Bool

  /// Where a space is put in front.
  enum Prepending: String {
    case always, never
    /// Only at the start of the text as given.
    case first
  }

  private static let spaces = TextPattern(plain: [UInt8(ascii: " ")])

  init(_ reader: JSONReader) throws(MartletError) {
    replacement = try Self.replacement(reader)
    marks = TextPattern(plain: replacement)
    prepending = try Self.prepending(reader)
    splits = try reader.optional("split") ?? true
  }

  static func replacement(_ reader: JSONReader) throws(MartletError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(scalar: try reader.oneScalar("replacement"))
    return bytes
  }

  /// Older files have `add_prefix_space`.
  static func prepending(_ reader: JSONReader) throws(MartletError) -> Prepending {
    let name = try reader.optional("prepend_scheme", as: String.self)
    guard let scheme = Prepending(rawValue: name ?? "always") else {
      throw reader.unexpected("prepend_scheme", expected: "always, first or never")
    }
    guard try reader.optional("add_prefix_space") == false else { return scheme }
    if name != nil, scheme != .never {
      throw reader.unexpected("prepend_scheme", expected: "never, since add_prefix_space is false")
    }
    return .never
  }

  /// A space in front counts as one more of its kind.
  var growth: Double { Double(replacement.count) }

  func split(_ text: TextView, _ yield: (WordBatch) -> Void) {
    var (written, end) = (AlignedText(of: text), 0)
    let isAtStart = prepending == .always || (prepending == .first && text.start == 0)
    if isAtStart, text.bytes[0] != UInt8(ascii: " "), !text.bytes.starts(with: replacement) {
      written.append(replacement, from: text, at: 0)
    }
    Self.spaces.forEachMatch(in: text.bytes) { space in
      written.keep(end..<space.lowerBound, of: text)
      written.append(replacement, from: text, at: space.lowerBound)
      end = space.upperBound
    }
    if written.bytes.isEmpty { return splitWords(text, yield) }
    written.keep(end..<text.count, of: text)
    written.withView { splitWords($0, yield) }
  }

  private func splitWords(_ text: TextView, _ yield: (WordBatch) -> Void) {
    if !splits { return WordBatch.withOnlyWord(text, yield) }
    SplitBehavior.mergedWithNext.split(text, { marks.forEachMatch(in: text.bytes, $0) }, yield)
  }
}
