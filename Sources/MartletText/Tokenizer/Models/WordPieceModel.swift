/// The longest token that a word starts with, then the longest that its rest starts with, and so on; a word with a
/// rest that starts with none is unknown as a whole.
///
/// Source: Wu et al. 2016, arXiv:1609.08144, section 4.1; Devlin et al. 2018, tokenization.py; `tokenizers`,
/// wordpiece/mod.rs.
struct WordPieceModel: TokenModel {
  private let unknown: Int32
  private let longestWord: Int
  private let pieces: ByteTrie
  /// Where tokens that continue a word begin; nil when there are none.
  private let continuing: ByteTrie.Node?

  init(_ reader: JSONReader, vocabulary: Vocabulary) throws(MartletError) {
    unknown = try TokenModels.requiredUnknown(reader, vocabulary)
    longestWord = try reader.optional("max_input_chars_per_word") ?? 100
    let prefix = try reader.optional("continuing_subword_prefix") ?? "##"
    pieces = try vocabulary.trie()
    continuing = pieces.node(after: prefix.utf8)
  }

  var isCostly: Bool { true }

  func encode(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout WordTokens) {
    guard word.count <= longestWord || word.scalarCount <= longestWord else {
      return tokens.append(unknown, 0..<word.count)
    }
    let first = tokens.ids.count
    var start = 0
    while start < word.count {
      var (node, place) = (start == 0 ? ByteTrie.root : continuing, start)
      var best: (id: Int32, end: Int)?
      while let here = node, place < word.count {
        node = pieces.child(of: here, word[place])
        place += 1
        if let node, pieces.value(at: node) >= 0 { best = (pieces.value(at: node), place) }
      }
      guard let best else {
        tokens.removeLast(tokens.ids.count - first)
        return tokens.append(unknown, 0..<word.count)
      }
      tokens.append(best.id, start..<best.end)
      start = best.end
    }
  }
}
