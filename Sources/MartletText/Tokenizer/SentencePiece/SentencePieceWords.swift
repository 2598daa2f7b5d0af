/// Cuts a normalized text where no piece reaches across, so that words can be remembered.
///
/// SentencePiece encodes a text as a whole. But merges can't cross the border between a word and the "▁" before (or
/// after) it when no piece has one inside, and what is on both sides is then encoded by itself.
struct SentencePieceWords: PreTokenizer {
  /// Whether words begin with their spaces.
  private let spacesAreFirst: Bool

  /// Nil when pieces reach across both kinds of borders.
  init?(_ file: SentencePieceFile) {
    var (hasSpaceInside, hasSpaceBefore) = (false, false)
    var isSpaceKnown = file.hasByteFallback
    for piece in file.pieces where SentencePieceVocabulary.isText(piece.kind) {
      if piece.text == Self.mark { isSpaceKnown = true }
      piece.text.withUnsafeBufferPointer { bytes in
        for place in 0..<max(0, bytes.count - 3) {
          let isSpace = Self.isSpace(bytes, at: place)
          if isSpace, !Self.isSpace(bytes, at: place + 3) { hasSpaceBefore = true }
          // A "▁" after something else.
          if !isSpace, bytes[place + 1] == Self.mark[0], Self.isSpace(bytes, at: place + 1),
            !(place >= 2 && Self.isSpace(bytes, at: place - 2))
          {
            hasSpaceInside = true
          }
        }
      }
    }
    // Unknown characters in a row are one token, across the border too.
    if hasSpaceInside && hasSpaceBefore || !isSpaceKnown { return nil }
    spacesAreFirst = !hasSpaceInside
  }

  private static let mark = SentencePieceNormalizer.spaceMark

  @inline(__always) private static func isSpace(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
    place + 3 <= text.count && text[place] == mark[0] && text[place + 1] == mark[1]
      && text[place + 2] == mark[2]
  }

  func split(_ text: TextView, _ yield: (WordBatch) -> Void) {
    let bytes = text.bytes
    withUnsafeTemporaryAllocation(of: Int.self, capacity: WordBatch.capacity) { ends in
      var (start, count, place) = (0, 0, 0)
      func flush() {
        if count == 0 { return }
        yield(WordBatch(text: text, start: start, ends: UnsafeBufferPointer(rebasing: ends[..<count])))
        (start, count) = (ends[count - 1], 0)
      }
      var wasSpace = Self.isSpace(bytes, at: 0)
      while place < bytes.count {
        let isSpace = bytes[place] == 0xE2 && Self.isSpace(bytes, at: place)
        if isSpace != wasSpace, isSpace == spacesAreFirst {
          ends[count] = place
          count += 1
          if count == WordBatch.capacity { flush() }
        }
        wasSpace = isSpace
        place += (bytes.baseAddress! + place).scalarLength
      }
      if count == WordBatch.capacity { flush() }
      ends[count] = bytes.count
      count += 1
      flush()
    }
  }
}
