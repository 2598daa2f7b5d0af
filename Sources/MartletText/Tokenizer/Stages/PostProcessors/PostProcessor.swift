/// What stands around the tokens of every text: `post_processor` of `tokenizer.json`.
struct PostProcessor: Sendable {
  /// A part of what is made of a text.
  private enum Piece {
    /// The tokens of the text.
    case text
    /// Special tokens, with their texts.
    case special([Int32], [String])
  }

  private var pieces: [Piece] = [.text]
  private var trims: [OffsetTrimming] = []

  /// The text may stand so often, and so many special tokens around it: far more than any tokenizer has.
  private static let (mostTexts, mostSpecialTokens) = (16, 1000)

  init(_ reader: JSONReader?) throws(MartletError) {
    let kinds: PipelinePart.Kinds<PostProcessor> = [
      "ByteLevel": { reader throws(MartletError) in
        PostProcessor(pieces: [.text], trims: try OffsetTrimming(reader).map { [$0] } ?? [])
      },
      "TemplateProcessing": { reader throws(MartletError) in
        PostProcessor(pieces: try Self.template(reader), trims: [])
      },
      "BertProcessing": { reader throws(MartletError) in
        PostProcessor(pieces: try Self.surrounded(reader), trims: [])
      },
      "RobertaProcessing": { reader throws(MartletError) in
        PostProcessor(
          pieces: try Self.surrounded(reader), trims: try OffsetTrimming(reader).map { [$0] } ?? [])
      },
    ]
    for part in try PipelinePart.read(reader, sequence: "processors", what: "post-processor", kinds) {
      trims += part.trims
      if case .text = part.pieces[0], part.pieces.count == 1 { continue }
      if pieces.count > 1, let reader {
        throw UnsupportedPart.error(reader, "a second post-processor that adds tokens")
      }
      pieces = part.pieces
    }
  }

  private init(pieces: [Piece], trims: [OffsetTrimming]) {
    (self.pieces, self.trims) = (pieces, trims)
  }

  /// The ids of the special tokens.
  var specialIDs: [Int32] {
    pieces.flatMap { piece in
      if case .special(let ids, _) = piece { return ids }
      return []
    }
  }

  /// Puts special tokens around the ids of a text.
  func process(_ ids: [Int32], addingSpecialTokens: Bool) -> [Int32] {
    if pieces.count == 1 { return ids }
    var result: [Int32] = []
    result.reserveCapacity(ids.count + (addingSpecialTokens ? specialIDs.count : 0))
    for piece in pieces {
      switch piece {
      case .text: result += ids
      case .special(let special, _): if addingSpecialTokens { result += special }
      }
    }
    return result
  }

  /// Trims the offsets of a text's tokens, and puts special tokens around them.
  func process(
    _ encoding: inout Encoding, of text: UnsafeBufferPointer<UInt8>, addingSpecialTokens: Bool
  ) {
    for trim in trims { trim.apply(to: &encoding, of: text) }
    if pieces.count == 1 { return }
    var result = Encoding()
    for piece in pieces {
      switch piece {
      case .text:
        result.ids += encoding.ids
        result.offsets += encoding.offsets
        result.tokens += encoding.tokens
      case .special(let ids, let tokens):
        guard addingSpecialTokens else { continue }
        for (id, token) in zip(ids, tokens) { result.append(id, 0..<0, token) }
      }
    }
    encoding = result
  }

  /// The template of a single text; that of pairs of texts has no use here.
  private static func template(_ reader: JSONReader) throws(MartletError) -> [Piece] {
    let specialTokens = try reader.reader("special_tokens")
    var pieces: [Piece] = []
    var (texts, specials) = (0, 0)
    for item in try reader.readers("single") {
      if let sequence = try item.optionalReader("Sequence") {
        guard try sequence.optional("id", as: String.self) ?? "A" == "A" else {
          throw UnsupportedPart.error(reader, "a template of a single text with a second one")
        }
        texts += 1
        pieces.append(.text)
        continue
      }
      let name = try item.reader("SpecialToken").required("id", as: String.self)
      let token = try specialTokens.reader(name)
      let ids = try token.required("ids", as: [Int].self).map { Int32(exactly: $0) ?? -1 }
      let tokens = try token.optional("tokens", as: [String].self) ?? ids.map { _ in name }
      guard ids.count == tokens.count else {
        throw token.unexpected("tokens", expected: "as many texts as there are ids, \(ids.count)")
      }
      specials += ids.count
      pieces.append(.special(ids, tokens))
      guard specials <= mostSpecialTokens else {
        throw UnsupportedPart.error(reader, "a template with more than \(mostSpecialTokens) special tokens")
      }
    }
    guard texts > 0 else { throw UnsupportedPart.error(reader, "a template without the text") }
    guard texts <= mostTexts, pieces.count <= mostSpecialTokens else {
      throw UnsupportedPart.error(reader, "a template with \(pieces.count) parts")
    }
    return pieces
  }

  /// `[CLS]` before and `[SEP]` after, or what they are called.
  private static func surrounded(_ reader: JSONReader) throws(MartletError) -> [Piece] {
    func special(_ key: String) throws(MartletError) -> Piece {
      guard let pair = try reader.required(key, as: JSON.self).array, pair.count == 2,
        let token = pair[0].string, let id = pair[1].int.flatMap({ Int32(exactly: $0) })
      else { throw reader.unexpected(key, expected: "a token and its id") }
      return .special([id], [token])
    }
    return [try special("cls"), .text, try special("sep")]
  }
}
