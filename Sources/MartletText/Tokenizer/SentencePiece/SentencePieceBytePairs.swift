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
  private var merges: MergeTable

  /// What is put beyond ids: no pair has such a symbol.
  private static let frozen: Int32 = 1 << 30
  private static let stranger: Int32 = .max

  /// - Parameter userDefined: the pieces that are never merged with others.
  init(_ file: SentencePieceFile, userDefined: ByteTrie?) {
    unknown = Int32(file.unknown)
    pieceCount = Int32(file.pieces.count)
    let vocabulary = SentencePieceVocabulary(file)
    byteIDs = file.hasByteFallback ? vocabulary.byteIDs : nil
    self.userDefined = userDefined
    var characters = ByteTrie()
    let pairs = Self.pairs(file, vocabulary, &characters)
    merges = MergeTable(mostMerges: pairs.count, sharesRanks: Self.sharesRanks(pairs))
    for pair in pairs { merges[pair.left, pair.right] = Merge(rank: pair.rank, result: pair.result) }
    self.characters = characters
  }

  /// Two parts that are a piece together.
  struct Pair {
    let left: Int32
    let right: Int32
    let result: Int32
    /// The place of the piece by falling scores.
    let rank: Int32
  }

  /// All pairs that are a piece together.
  static func pairs(_ file: SentencePieceFile) -> [Pair] {
    var characters = ByteTrie()
    return pairs(file, SentencePieceVocabulary(file), &characters)
  }

  /// - Parameter characters: gets the symbol of each character that is a piece, or the start or end of one.
  private static func pairs(
    _ file: SentencePieceFile, _ vocabulary: SentencePieceVocabulary, _ characters: inout ByteTrie
  ) -> [Pair] {
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
    var pairs: [Pair] = []
    let ranks = vocabulary.ranks
    for (id, piece) in file.pieces.enumerated() where SentencePieceVocabulary.isText(piece.kind) {
      piece.text.withUnsafeBufferPointer { text in
        let start = text.baseAddress!
        if start.scalarLength == text.count { return characters.insert(text, Int32(id)) }
        var place = start.scalarLength
        while place < text.count {
          if let left = symbol(UnsafeBufferPointer(rebasing: text[..<place])),
            let right = symbol(UnsafeBufferPointer(rebasing: text[place...]))
          {
            pairs.append(Pair(left: left, right: right, result: Int32(id), rank: ranks[id]))
          }
          place += (start + place).scalarLength
        }
      }
    }
    return pairs
  }

  /// Whether different pieces have one rank.
  private static func sharesRanks(_ pairs: [Pair]) -> Bool {
    var pieceOfRank: [Int32: Int32] = [:]
    return pairs.contains { pair in
      guard let known = pieceOfRank[pair.rank] else {
        pieceOfRank[pair.rank] = pair.result
        return false
      }
      return known != pair.result
    }
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
