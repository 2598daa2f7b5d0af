/// The most probable way to make a word of tokens, each of which has a log-probability.
///
/// Source: Kudo 2018, arXiv:1804.10959, section 3.2; `tokenizers`, unigram/model.rs, `encode_optimized`.
struct UnigramModel: TokenModel {
  private let vocabulary: Vocabulary
  private let scores: [Double]
  private let unknown: Int32?
  /// The score of a character that no token is, so that it is never taken where there is another way.
  private let unknownScore: Double
  private let pieces: ByteTrie
  private let byteFallback: [Int32?]?

  private static let unknownPenalty = 10.0

  init(_ reader: JSONReader, vocabulary: Vocabulary, scores: [Double]) throws(MartletError) {
    self.vocabulary = vocabulary
    self.scores = scores
    unknown = try TokenModels.unknown(reader, vocabulary)
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    byteFallback =
      try reader.optional("byte_fallback") ?? false
      ? (0..<256).map { vocabulary.modelID(of: ByteFallbackDecoder.token(of: UInt8($0))) } : nil
    pieces = try vocabulary.trie()
  }

  var isCostly: Bool { true }
  var tokenOfAnyText: Int32? { unknown }

  /// The best way to an end of a token.
  private struct Node {
    var score = 0.0
    /// The token, -1 for a character that is none and has no unknown token either.
    var id: Int32 = -1
    /// Where the token starts, and later where the one after it ends; -1 while no way is known.
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
      write(word, nodes, firstEnd: Int(following), to: &tokens)
    }
  }

  private func findBest(_ word: UnsafeBufferPointer<UInt8>, _ nodes: UnsafeMutablePointer<Node>) {
    let bytes = word.baseAddress!
    var start = 0
    while start < word.count {
      let score = nodes[start].score
      let length = (bytes + start).scalarLength
      var isCharacterKnown = false
      func offer(_ end: Int, _ id: Int32, _ candidate: Double) {
        if nodes[end].link < 0 || candidate > nodes[end].score {
          nodes[end] = Node(score: candidate, id: id, link: Int32(truncatingIfNeeded: start))
        }
      }
      var (node, place) = (ByteTrie.root, start)
      while place < word.count, let child = pieces.child(of: node, bytes[place]) {
        (node, place) = (child, place + 1)
        let id = pieces.value(at: node)
        guard id >= 0 else { continue }
        offer(place, id, scores[Int(id)] + score)
        if place - start == length { isCharacterKnown = true }
      }
      if !isCharacterKnown { offer(start + length, unknown ?? -1, unknownScore + score) }
      start += length
    }
  }

  /// Writes the tokens of the best way; unknown characters in a row are one token.
  private func write(
    _ word: UnsafeBufferPointer<UInt8>, _ nodes: UnsafeMutablePointer<Node>, firstEnd: Int,
    to tokens: inout WordTokens
  ) {
    var (start, end) = (0, firstEnd)
    while end >= 0 {
      let id = nodes[end].id
      var next = Int(nodes[end].link)
      guard id == (unknown ?? -1) else {
        tokens.append(id, start..<end)
        (start, end) = (end, next)
        continue
      }
      while next >= 0, nodes[next].id == id { (end, next) = (next, Int(nodes[next].link)) }
      writeUnknown(word, start..<end, to: &tokens)
      (start, end) = (end, next)
    }
  }

  private func writeUnknown(
    _ word: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, to tokens: inout WordTokens
  ) {
    let text = UnsafeBufferPointer(rebasing: word[range])
    // Characters that are no tokens by themselves may be one together.
    if let id = vocabulary.modelID(of: text) { return tokens.append(id, range) }
    if let byteFallback, text.allSatisfy({ byteFallback[Int($0)] != nil }) {
      for byte in text { tokens.append(byteFallback[Int(byte)]!, range) }
    } else if let unknown {
      tokens.append(unknown, range)
    }
  }
}
