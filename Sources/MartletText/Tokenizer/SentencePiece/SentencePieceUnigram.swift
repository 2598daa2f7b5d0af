/// The most probable way to make a text of pieces, as SentencePiece finds it: scores are summed in single precision
/// along the text, so that even ties fall the same way.
///
/// Source: SentencePiece, unigram_model.cc, `Model::EncodeOptimized`.
struct SentencePieceUnigram: TokenModel {
  private let pieces: ByteTrie
  private let scores: [Float]
  private let isUserDefined: [Bool]
  private let unknown: Int32
  private let unknownScore: Float
  /// What a byte of a user-defined piece is worth, before a little is taken away.
  private let highestScore: Float
  private let byteIDs: [Int32]?

  private static let unknownPenalty: Float = 10

  init(_ file: SentencePieceFile) {
    var pieces = ByteTrie()
    var lowest = Float.greatestFiniteMagnitude
    // It starts above zero, which no logarithm of a probability is.
    var highest = Float.leastNormalMagnitude
    for (id, piece) in file.pieces.enumerated() {
      if piece.kind == .normal {
        lowest = min(lowest, piece.score)
        highest = max(highest, piece.score)
      }
      if piece.kind == .normal || piece.kind == .userDefined {
        piece.text.withUnsafeBufferPointer { pieces.insert($0, Int32(id)) }
      }
    }
    self.pieces = pieces
    scores = file.pieces.map(\.score)
    isUserDefined = file.pieces.map { $0.kind == .userDefined }
    unknown = Int32(file.unknown)
    unknownScore = lowest - Self.unknownPenalty
    highestScore = highest
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
        let score =
          isUserDefined[Int(id)]
          ? Float(Double(Float(place - start) * highestScore) - 0.1) : scores[Int(id)]
        offer(place, id, score)
        if place - start == length { isCharacterKnown = true }
      }
      if !isCharacterKnown { offer(start + length, unknown, unknownScore) }
      start += length
    }
  }
}
