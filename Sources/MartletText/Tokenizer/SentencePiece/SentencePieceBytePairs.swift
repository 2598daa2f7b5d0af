/// Byte-pair encoding as SentencePiece does it: of all neighbours that are a piece together, the piece with the highest
/// score is made first, and of equal ones the leftmost.
///
/// Which two parts a piece is made of makes no difference, so all pairs of a piece have one rank.
///
/// Source: SentencePiece, bpe_model.cc, `Model::SampleEncode`.
struct SentencePieceBytePairs: TokenModel {
  private let unknown: Int32
  /// The ids of bytes, when these stand for characters that no piece has.
  private let byteIDs: [Int32]?
  /// The symbol of each character that is a piece or begins or ends one; numbers past the ids are no pieces.
  private let characters: ByteTrie
  /// The pieces that are never merged with others, wherever they stand.
  private let userDefined: ByteTrie?
  private let pieceCount: Int32
  private(set) var merges: MergeTable

  /// What is put beyond ids: no pair has such a symbol.
  private static let frozen: Int32 = 1 << 30
  private static let stranger: Int32 = .max

  init(_ file: SentencePieceFile) {
    unknown = Int32(file.unknown)
    pieceCount = Int32(file.pieces.count)
    let pieces = SentencePieceVocabulary(file)
    byteIDs = file.hasByteFallback ? pieces.byteIDs : nil
    userDefined = pieces.userDefined
    (characters, merges) = Self.read(file, pieces)
  }

  private static func read(
    _ file: SentencePieceFile, _ vocabulary: SentencePieceVocabulary
  ) -> (characters: ByteTrie, merges: MergeTable) {
    var characters = ByteTrie()
    var symbols = Int32(file.pieces.count)
    /// The symbol of a part of a piece; nil when it is more than a character and no piece.
    func symbol(_ part: UnsafeBufferPointer<UInt8>) -> Int32? {
      if let id = vocabulary.id(of: part) { return id }
      guard let start = part.baseAddress, part.count == start.scalarLength else { return nil }
      if let node = characters.node(after: part), characters.value(at: node) >= 0 {
        return characters.value(at: node)
      }
      characters.insert(part, symbols)
      symbols += 1
      return symbols - 1
    }
    var pairs: [(left: Int32, right: Int32, result: Int32, rank: Int32)] = []
    let ranks = vocabulary.ranks
    for (id, piece) in file.pieces.enumerated() where SentencePieceVocabulary.isText(piece.kind) {
      piece.text.withUnsafeBufferPointer { text in
        let start = text.baseAddress!
        if start.scalarLength == text.count { return characters.insert(text, Int32(id)) }
        var place = 0
        while place < text.count {
          place += (start + place).scalarLength
          guard place < text.count, let left = symbol(UnsafeBufferPointer(rebasing: text[..<place])),
            let right = symbol(UnsafeBufferPointer(rebasing: text[place...]))
          else { continue }
          pairs.append((left, right, Int32(id), ranks[id]))
        }
      }
    }
    var merges = MergeTable(mostMerges: pairs.count, sharesRanks: true)
    for pair in pairs { merges[pair.left, pair.right] = Merge(rank: pair.rank, result: pair.result) }
    return (characters, merges)
  }

  var isCostly: Bool { true }

  func encode(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout WordTokens) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * word.count) { memory in
      let ids = memory.baseAddress!
      let lengths = ids + word.count
      let count = writeSymbols(of: word, ids, lengths)
      let left = merges.merge(UnsafeMutableBufferPointer(start: ids, count: count), lengths: lengths)
      var (place, isAfterUnknown) = (0, false)
      for number in 0..<left {
        let range = place..<(place + Int(lengths[number]))
        place = range.upperBound
        let symbol = ids[number]
        if symbol < pieceCount {
          tokens.append(symbol, range)
        } else if symbol >= Self.frozen, symbol != Self.stranger {
          tokens.append(symbol - Self.frozen, range)
        } else if let byteIDs {
          for byte in word[range] { tokens.append(byteIDs[Int(byte)], range) }
        } else if isAfterUnknown {
          tokens.extendLast(to: range.upperBound)
          continue
        } else {
          tokens.append(unknown, range)
          isAfterUnknown = true
          continue
        }
        isAfterUnknown = false
      }
    }
  }

  private func writeSymbols(
    of word: UnsafeBufferPointer<UInt8>, _ ids: UnsafeMutablePointer<Int32>,
    _ lengths: UnsafeMutablePointer<Int32>
  ) -> Int {
    var (count, place) = (0, 0)
    while place < word.count {
      var length = (word.baseAddress! + place).scalarLength
      if let match = userDefined?.longestMatch(in: word, from: place) {
        ids[count] = match.value + Self.frozen
        length = match.length
      } else {
        let character = UnsafeBufferPointer(rebasing: word[place..<(place + length)])
        let symbol = characters.node(after: character).map { characters.value(at: $0) } ?? -1
        ids[count] = symbol >= 0 ? symbol : Self.stranger
      }
      lengths[count] = Int32(truncatingIfNeeded: length)
      count += 1
      place += length
    }
    return count
  }
}
