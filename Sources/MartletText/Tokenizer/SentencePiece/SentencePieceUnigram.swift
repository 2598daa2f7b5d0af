/// The most probable way to make a text of pieces, as SentencePiece finds it: scores are summed in single precision
/// along the text, so that even ties fall the same way.
///
/// Source: SentencePiece, unigram_model.cc, `Model::EncodeOptimized`.
struct SentencePieceUnigram: TokenModel {
  private let pieces: ByteTrie
  private let scores: [Float]
  private let unknown: Int32
  private let unknownScore: Float
  private let byteIDs: [Int32]?

  private static let unknownPenalty: Float = 10
  /// What each byte of a user-defined piece but the first is worth.
  private static let bonusOfByte = 0.1

  init(_ file: SentencePieceFile) {
    var pieces = ByteTrie()
    var lowest = Float.greatestFiniteMagnitude
    scores = file.pieces.map { piece in
      // Always above the sum of logarithms of probabilities, and the more so the longer it is.
      piece.kind == .userDefined ? Float(Double(piece.text.count - 1) * Self.bonusOfByte) : piece.score
    }
    for (id, piece) in file.pieces.enumerated() {
      if piece.kind == .normal { lowest = min(lowest, piece.score) }
      if piece.kind == .normal || piece.kind == .userDefined {
        piece.text.withUnsafeBufferPointer { pieces.insert($0, Int32(id)) }
      }
    }
    self.pieces = pieces
    unknown = Int32(file.unknown)
    unknownScore = lowest - Self.unknownPenalty
    byteIDs = file.hasByteFallback ? SentencePieceVocabulary(file).byteIDs : nil
  }

  var isCostly: Bool { true }

  /// The best way to an end of a piece.
  private struct Node {
    var score: Float = 0
    var id: Int32 = 0
    /// Where the piece starts, and later where the one after it ends; -1 while no way is known.
    var link: Int32 = -1
  }

  func encode(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout WordTokens) {
    withUnsafeTemporaryAllocation(of: Node.self, capacity: word.count + 1) { memory in
      let nodes = memory.baseAddress!
      nodes.initialize(repeating: Node(), count: word.count + 1)
      findBest(word, nodes)
      // The way is known from its end; turned around, it can be written from its start.
      var (end, following) = (Int32(truncatingIfNeeded: word.count), -1 as Int32)
      while end > 0 { (end, following, nodes[Int(end)].link) = (nodes[Int(end)].link, end, following) }
      var (start, isAfterUnknown) = (0, false)
      var next = Int(following)
      while next >= 0 {
        let range = start..<next
        let id = nodes[next].id
        if id != unknown {
          tokens.append(id, range)
        } else if let byteIDs {
          for byte in word[range] { tokens.append(byteIDs[Int(byte)], range) }
        } else if isAfterUnknown {
          tokens.extendLast(to: next)
        } else {
          tokens.append(id, range)
        }
        isAfterUnknown = id == unknown && byteIDs == nil
        (start, next) = (next, Int(nodes[next].link))
      }
    }
  }

  private func findBest(_ word: UnsafeBufferPointer<UInt8>, _ nodes: UnsafeMutablePointer<Node>) {
    let bytes = word.baseAddress!
    var start = 0
    while start < word.count {
      let before = nodes[start].score
      let length = (bytes + start).scalarLength
      var isCharacterKnown = false
      func offer(_ end: Int, _ id: Int32, _ score: Float) {
        let candidate = score + before
        if nodes[end].link < 0 || candidate > nodes[end].score {
          nodes[end] = Node(score: candidate, id: id, link: Int32(truncatingIfNeeded: start))
        }
      }
      var (node, place) = (ByteTrie.root, start)
      while place < word.count, let child = pieces.child(of: node, bytes[place]) {
        (node, place) = (child, place + 1)
        let id = pieces.value(at: node)
        guard id >= 0 else { continue }
        offer(place, id, scores[Int(id)])
        if place - start == length { isCharacterKnown = true }
      }
      if !isCharacterKnown { offer(start + length, unknown, unknownScore) }
      start += length
    }
  }
}
