/// Makes text of pieces as SentencePiece does.
///
/// Source: SentencePiece, sentencepiece_processor.cc, `SentencePieceProcessor::Decode`.
struct SentencePieceDecoder: TokenDecoder {
  private let unknownPiece: [UInt8]
  private let unknownSurface: [UInt8]
  /// Whether a text's first space is the one that was put before it.
  private let stripsFirstSpace: Bool
  /// Whether all spaces at the start of a text are left out.
  private let stripsAllFirstSpaces: Bool
  private let hasBytes: Bool

  private var keepsBytes = false
  /// Whether nothing has been written yet, so that the next piece may lose its space.
  private var isFirst = true
  /// Bytes of a character whose rest has not come yet.
  private var run: [UInt8] = []
  /// The start of a piece whose rest has not come yet.
  private var pending: [UInt8] = []

  init(_ file: SentencePieceFile) {
    unknownPiece = file.pieces[file.unknown].text
    unknownSurface = Array(file.unknownSurface.utf8)
    stripsFirstSpace = file.addsDummyPrefix || file.removesExtraSpaces
    stripsAllFirstSpaces = file.removesExtraSpaces
    hasBytes = file.pieces.contains { $0.kind == .byte }
  }

  /// A byte that is no UTF-8 becomes three.
  var growth: Double { 3 }

  mutating func keepBytes() { keepsBytes = true }

  mutating func skipStart(isJoined: Bool) { isFirst = false }

  mutating func decode(_ input: TokenPieces, isLast: Bool, into output: inout TokenPieces) {
    input.forEach { piece, isEnded in
      if isEnded, pending.isEmpty { return read(piece, into: &output) }
      pending += piece
      guard isEnded else { return }
      read(pending[...], into: &output)
      pending = []
    }
    if isLast { endRun(into: &output) }
  }

  private mutating func read(_ piece: ArraySlice<UInt8>, into output: inout TokenPieces) {
    if hasBytes, let byte = ByteFallbackDecoder.byte(of: piece) {
      if keepsBytes {
        isFirst = false
        return output.append(byte)
      }
      return run.append(byte)
    }
    endRun(into: &output)
    let before = output.bytes.count
    var rest = piece
    if piece.elementsEqual(unknownPiece) {
      output.append(unknownSurface)
    } else {
      let mark = SentencePieceNormalizer.spaceMark
      if isFirst, stripsFirstSpace, rest.starts(with: mark) {
        rest = rest.dropFirst(mark.count)
        if !stripsAllFirstSpaces { isFirst = false }
      }
      appendWithSpaces(rest, to: &output)
    }
    if output.bytes.count > before { isFirst = false }
    output.end()
  }

  private func appendWithSpaces(_ piece: ArraySlice<UInt8>, to output: inout TokenPieces) {
    let mark = SentencePieceNormalizer.spaceMark
    var place = piece.startIndex
    while place < piece.endIndex {
      if piece[place] == mark[0], piece[place...].starts(with: mark) {
        output.append(UInt8(ascii: " "))
        place += mark.count
      } else {
        output.append(piece[place])
        place += 1
      }
    }
  }

  /// Each byte that is no part of a character becomes U+FFFD.
  private mutating func endRun(into output: inout TokenPieces) {
    guard !run.isEmpty else { return }
    isFirst = false
    run.withUnsafeBufferPointer { run in
      var place = 0
      while place < run.count {
        let length = run.wellFormedLength(at: place)
        if length == 0 {
          output.append("\u{FFFD}".utf8)
        } else {
          output.append(run[place..<(place + length)])
        }
        place += max(length, 1)
      }
    }
    run = []
    output.end()
  }
}
