/// Makes text of pieces as SentencePiece does.
///
/// Source: SentencePiece, sentencepiece_processor.cc, `SentencePieceProcessor::Decode`.
struct SentencePieceDecoder: TokenDecoder {
  let unknownPiece: [UInt8]
  let unknownSurface: [UInt8]
  /// Whether a text's first space is the one that was put before it.
  let stripsFirstSpace: Bool
  /// Whether all spaces at the start of a text are left out.
  let stripsAllFirstSpaces: Bool
  let hasBytes: Bool

  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  func decode(_ pieces: [[UInt8]]) -> [[UInt8]] {
    var text: [UInt8] = []
    var run: [UInt8] = []
    var isFirst = true
    func endRun() {
      if run.isEmpty { return }
      run.withUnsafeBufferPointer { run in
        var place = 0
        while place < run.count {
          let length = run.wellFormedLength(at: place)
          text += length == 0 ? Self.replacement[...] : run[place..<(place + length)][...].map { $0 }[...]
          place += max(length, 1)
        }
      }
      run = []
    }
    for piece in pieces {
      if hasBytes, let byte = ByteFallbackDecoder.byte(of: piece) {
        run.append(byte)
        continue
      }
      endRun()
      if !text.isEmpty { isFirst = false }
      text += bytes(of: piece, isFirst: isFirst)
      isFirst = isFirst && stays(first: piece)
    }
    endRun()
    return [text]
  }

  func bytes(of piece: [UInt8], isFirst: Bool) -> [UInt8] {
    if hasBytes, let byte = ByteFallbackDecoder.byte(of: piece) { return [byte] }
    if piece == unknownPiece { return unknownSurface }
    var rest = piece[...]
    if isFirst, stripsFirstSpace, rest.starts(with: SentencePieceNormalizer.spaceMark) { rest = rest.dropFirst(3) }
    return Self.withSpaces(rest)
  }

  /// Whether the piece after one at the start is still at the start of the text, when nothing has been written.
  private func stays(first piece: [UInt8]) -> Bool {
    stripsAllFirstSpaces || !piece.starts(with: SentencePieceNormalizer.spaceMark)
  }

  private static func withSpaces(_ piece: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(piece.count)
    var place = piece.startIndex
    while place < piece.endIndex {
      if piece[place] == 0xE2, piece[place...].starts(with: SentencePieceNormalizer.spaceMark) {
        result.append(UInt8(ascii: " "))
        place += 3
      } else {
        result.append(piece[place])
        place += 1
      }
    }
    return result
  }
}
