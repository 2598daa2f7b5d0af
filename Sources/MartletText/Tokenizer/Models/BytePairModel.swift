/// Byte-pair encoding: a word starts as bytes or characters, and neighbours are merged, the earliest learned
/// merge first, until none applies.
///
/// Source: Sennrich et al. 2016, arXiv:1508.07909, algorithm 1; `tokenizers`, bpe/model.rs.
struct BytePairModel: TokenModel {
  private let vocabulary: Vocabulary
  private let symbols: Symbols
  private let ignoresMerges: Bool
  private let merges: MergeTable
  private(set) var wordDivider: (any PreTokenizer)?

  /// What a word is made of at the start.
  private enum Symbols {
    /// Bytes: the id of each.
    case bytes([Int32])
    case characters(CharacterSymbols)
  }

  init(
    _ definition: DefinitionText, vocabulary: Vocabulary, isByteLevel: Bool
  ) throws(MartletError) {
    self.vocabulary = vocabulary
    let reader = try definition.root.reader("model")
    if try reader.optional("dropout", as: Double.self) ?? 0 != 0 {
      throw UnsupportedPart.error(reader, "a BPE model with \"dropout\"")
    }
    ignoresMerges = try reader.optional("ignore_merges") ?? false
    let characters = try CharacterSymbols(reader, vocabulary: vocabulary)
    let idsOfBytes = ByteAlphabet.scalars.compactMap { vocabulary.modelID(of: String(Character($0))) }
    symbols =
      isByteLevel && idsOfBytes.count == 256 && !characters.hasAffixes
      ? .bytes(idsOfBytes) : .characters(characters)
    let list = try MergeList(definition, vocabulary: vocabulary, prefix: characters.prefix)
    merges = MergeTable(list)
    // Affixes depend on where a word begins and ends, and a token for a whole word on all of it; characters that become
    // nothing shift the ranges of those after them.
    if !takesBytes, !ignoresMerges, !characters.hasAffixes, characters.keepsAll {
      wordDivider = UncrossedPlaces(
        merges: { body in
          for merge in list.merges {
            _ = vocabulary.withBytes(of: merge.left) { left in
              vocabulary.withBytes(of: merge.right) { body(left, $0) }
            }
          }
        }, isToken: characters.isToken)
    }
  }

  /// A model of bytes.
  ///
  /// - Parameter idsOfBytes: the token of each byte.
  init(vocabulary: Vocabulary, idsOfBytes: [Int32], merges: MergeTable, ignoresMerges: Bool) {
    (self.vocabulary, self.merges, self.ignoresMerges) = (vocabulary, merges, ignoresMerges)
    symbols = .bytes(idsOfBytes)
  }

  var isCostly: Bool { !merges.isEmpty }

  var takesBytes: Bool {
    if case .bytes = symbols { return true }
    return false
  }

  func encode(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout WordTokens) {
    if ignoresMerges, let id = wholeWord(word) {
      return tokens.append(id, 0..<word.count)
    }
    let most: Int
    switch symbols {
    case .bytes: most = word.count
    case .characters(let characters): most = characters.mostSymbols(of: word.count)
    }
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: tokens.keepsRanges ? 2 * most : most) { memory in
      let ids = memory.baseAddress!
      let lengths = tokens.keepsRanges ? ids + most : nil
      let count: Int
      switch symbols {
      case .bytes(let idOfByte):
        count = word.count
        for place in 0..<count { ids[place] = idOfByte[Int(word[place])] }
        lengths?.update(repeating: 1, count: count)
      case .characters(let characters):
        var writer = SymbolWriter(ids: ids, lengths: lengths)
        characters.write(word, to: &writer)
        count = writer.count
      }
      let all = UnsafeMutableBufferPointer(start: ids, count: count)
      let left = merges.isEmpty ? count : merges.merge(all, lengths: lengths)
      tokens.append(
        UnsafeBufferPointer(rebasing: all[..<left]),
        lengths: lengths.map { UnsafeBufferPointer(start: $0, count: left) })
    }
  }

  private func wholeWord(_ word: UnsafeBufferPointer<UInt8>) -> Int32? {
    if case .bytes = symbols { return vocabulary.modelID(of: ByteAlphabet.text(of: word)) }
    return vocabulary.modelID(of: word)
  }
}
