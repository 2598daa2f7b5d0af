/// Makes text of tokens again: a step of `decoder` of `tokenizer.json`.
protocol TokenDecoder: Sendable {
  /// All pieces at once, exactly as `tokenizers` does it.
  func decode(_ pieces: [[UInt8]]) -> [[UInt8]]

  /// The bytes one piece adds to the text, for streaming; joined, they are the text wherever it is UTF-8.
  func bytes(of piece: [UInt8], isFirst: Bool) -> [UInt8]
}

/// Reads GPT-2's byte alphabet; text that is not UTF-8 becomes U+FFFD.
struct ByteLevelDecoder: TokenDecoder {
  func decode(_ pieces: [[UInt8]]) -> [[UInt8]] {
    let joined = pieces.flatMap { bytes(of: $0, isFirst: false) }
    return [Array(String(decoding: joined, as: UTF8.self).utf8)]
  }

  /// A token with a character outside the alphabet stands for its own text.
  func bytes(of piece: [UInt8], isFirst: Bool) -> [UInt8] {
    ByteAlphabet.bytes(of: String(decoding: piece, as: UTF8.self)) ?? piece
  }
}

/// Replaces a text in every piece.
struct ReplaceDecoder: TokenDecoder {
  private let pattern: TextPattern
  private let content: [UInt8]

  init(_ reader: JSONReader) throws(MartletError) {
    pattern = try TextPattern(reader, of: "Replace")
    content = [UInt8](try reader.required("content", as: String.self).utf8)
  }

  func decode(_ pieces: [[UInt8]]) -> [[UInt8]] { pieces.map { bytes(of: $0, isFirst: false) } }

  func bytes(of piece: [UInt8], isFirst: Bool) -> [UInt8] {
    var result: [UInt8] = []
    var end = 0
    piece.withUnsafeBufferPointer { bytes in
      pattern.forEachMatch(in: bytes) { match in
        result += piece[end..<match.lowerBound]
        result += content
        end = match.upperBound
      }
    }
    return result + piece[end...]
  }
}

/// Reads tokens such as `<0x0A>` as bytes. A run of them that is not UTF-8 becomes one U+FFFD a byte.
struct ByteFallbackDecoder: TokenDecoder {
  func decode(_ pieces: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var run: [UInt8] = []
    func endRun() {
      if run.isEmpty { return }
      if run.withUnsafeBufferPointer({ $0.firstInvalidUTF8 }) == nil {
        result.append(run)
      } else {
        result += run.map { _ in Array("\u{FFFD}".utf8) }
      }
      run = []
    }
    for piece in pieces {
      if let byte = Self.byte(of: piece) {
        run.append(byte)
      } else {
        endRun()
        result.append(piece)
      }
    }
    endRun()
    return result
  }

  func bytes(of piece: [UInt8], isFirst: Bool) -> [UInt8] { Self.byte(of: piece).map { [$0] } ?? piece }

  private static func byte(of piece: [UInt8]) -> UInt8? {
    guard piece.count == 6, piece.starts(with: "<0x".utf8), piece[5] == UInt8(ascii: ">") else { return nil }
    return UInt8(String(decoding: piece[3..<5], as: UTF8.self), radix: 16)
  }

  /// The token of a byte.
  static func token(of byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
  }
}

/// Joins all pieces, so that later steps see the whole text.
struct FuseDecoder: TokenDecoder {
  func decode(_ pieces: [[UInt8]]) -> [[UInt8]] { [Array(pieces.joined())] }

  func bytes(of piece: [UInt8], isFirst: Bool) -> [UInt8] { piece }
}

/// Takes up to so many of one character from the start and the end of each piece.
struct StripDecoder: TokenDecoder {
  private let content: [UInt8]
  private let start: Int
  private let stop: Int
  /// Whether the pieces have been joined before, so that only the text's own start and end count.
  private let isFused: Bool

  init(_ reader: JSONReader, isFused: Bool) throws(MartletError) {
    content = [UInt8](try reader.required("content", as: String.self).utf8)
    start = try reader.required("start")
    stop = try reader.required("stop")
    self.isFused = isFused
    guard !content.isEmpty else { throw reader.unexpected("content", expected: "one character") }
  }

  func decode(_ pieces: [[UInt8]]) -> [[UInt8]] { pieces.map { strip($0, start, stop) } }

  func bytes(of piece: [UInt8], isFirst: Bool) -> [UInt8] {
    isFused ? strip(piece, isFirst ? start : 0, 0) : strip(piece, start, stop)
  }

  private func strip(_ piece: [UInt8], _ start: Int, _ stop: Int) -> [UInt8] {
    var rest = piece[...]
    // As often as it is there, whatever the file asks for.
    var (left, right) = (content.isEmpty ? 0 : start, content.isEmpty ? 0 : stop)
    while left > 0, rest.starts(with: content) {
      rest = rest.dropFirst(content.count)
      left -= 1
    }
    while right > 0, rest.suffix(content.count).elementsEqual(content) {
      rest = rest.dropLast(content.count)
      right -= 1
    }
    return Array(rest)
  }
}

/// The decoders by the names of `tokenizer.json`, and several in a row.
struct TokenDecoders: Sendable {
  private var steps: [any TokenDecoder] = []
  /// Without any decoder `tokenizers` puts a space between tokens.
  private let joinsWithSpaces: Bool

  init(_ reader: JSONReader?) throws(MartletError) {
    typealias Make = @Sendable (Bool) throws(MartletError) -> any TokenDecoder
    let kinds: PipelinePart.Kinds<Make> = [
      "ByteLevel": { _ in { _ in ByteLevelDecoder() } },
      "Replace": { reader throws(MartletError) in
        let decoder = try ReplaceDecoder(reader)
        return { _ in decoder }
      },
      "ByteFallback": { _ in { _ in ByteFallbackDecoder() } },
      "Fuse": { _ in { _ in FuseDecoder() } },
      "Strip": { reader in
        { isFused throws(MartletError) in try StripDecoder(reader, isFused: isFused) }
      },
    ]
    joinsWithSpaces = reader == nil
    for make in try PipelinePart.read(reader, sequence: "decoders", what: "decoder", kinds) {
      steps.append(try make(steps.contains { $0 is FuseDecoder || $0 is ByteLevelDecoder }))
    }
  }

  /// The text of tokens.
  func decode(_ tokens: [String]) -> String {
    if joinsWithSpaces { return tokens.joined(separator: " ") }
    var pieces = tokens.map { Array($0.utf8) }
    for step in steps { pieces = step.decode(pieces) }
    return String(decoding: Array(pieces.joined()), as: UTF8.self)
  }

  /// The bytes that a token adds to the text.
  func bytes(of token: String, isFirst: Bool) -> [UInt8] {
    var bytes = Array(token.utf8)
    for step in steps { bytes = step.bytes(of: bytes, isFirst: isFirst) }
    return joinsWithSpaces && !isFirst ? [UInt8(ascii: " ")] + bytes : bytes
  }
}
