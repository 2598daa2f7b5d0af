/// The decoders of a tokenizer, in order.
struct TokenDecoders: Sendable {
  private var steps: [any TokenDecoder]
  /// Without any decoder `tokenizers` puts a space between tokens.
  private let joinsWithSpaces: Bool
  private var isFirst = true

  static let kinds: PipelinePart.Kinds<any TokenDecoder> = [
    "ByteLevel": { _ in ByteLevelDecoder() },
    "Replace": { reader throws(MartletError) in try ReplaceDecoder(reader) },
    "ByteFallback": { _ in ByteFallbackDecoder() },
    "Fuse": { _ in FuseDecoder() },
    "Strip": { reader throws(MartletError) in try StripDecoder(reader) },
    "Metaspace": { reader throws(MartletError) in try MetaspaceDecoder(reader) },
    "WordPiece": { reader throws(MartletError) in try WordPieceDecoder(reader) },
    "BPEDecoder": { reader throws(MartletError) in try SuffixDecoder(reader) },
    "CTC": { reader throws(MartletError) in try RepetitionDecoder(reader) },
  ]

  init(_ reader: JSONReader?) throws(MartletError) {
    joinsWithSpaces = reader == nil
    steps = try PipelinePart.read(reader, sequence: "decoders", what: "decoder", Self.kinds)
    if let reader {
      try PipelinePart.checkGrowth(steps.map(\.growth), reader)
    }
  }

  /// One decoder.
  init(_ decoder: any TokenDecoder) {
    (steps, joinsWithSpaces) = ([decoder], false)
  }

  /// The same decoders for a reader who makes characters of bytes.
  ///
  /// - Parameters:
  ///   - isAtStart: whether the first token is the first of its text.
  ///   - isAtEnd: whether the last token is the last of its text.
  func keepingBytes(isAtStart: Bool, isAtEnd: Bool = true) -> TokenDecoders {
    var (result, isJoined) = (self, false)
    for place in steps.indices {
      if !steps[(place + 1)...].contains(where: \.needsCharacters) { result.steps[place].keepBytes() }
      if !isAtStart { result.steps[place].skipStart(isJoined: isJoined) }
      if !isAtEnd { result.steps[place].skipEnd(isJoined: isJoined) }
      isJoined = isJoined || steps[place].joinsPieces
    }
    result.isFirst = isAtStart
    return result
  }

  /// Takes the next tokens and gives the bytes that are certain.
  ///
  /// - Parameter isLast: whether no more will come.
  mutating func decode(_ tokens: some Sequence<String>, isLast: Bool) -> [UInt8] {
    var pieces = TokenPieces()
    for token in tokens {
      if joinsWithSpaces, !isFirst { pieces.append(UInt8(ascii: " ")) }
      isFirst = false
      pieces.append(token.utf8)
      pieces.end()
    }
    for place in steps.indices {
      var output = TokenPieces()
      steps[place].decode(pieces, isLast: isLast, into: &output)
      pieces = output
    }
    return pieces.bytes
  }

  /// The text of all tokens.
  func decode(_ tokens: some Sequence<String>) -> String {
    var decoders = self
    return String(decoding: decoders.decode(tokens, isLast: true), as: UTF8.self)
  }
}
