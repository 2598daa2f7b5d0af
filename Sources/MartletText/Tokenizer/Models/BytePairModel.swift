/// Byte-pair encoding: a word starts as bytes or characters, and neighbours are merged, the earliest learned
/// merge first, until none applies.
///
/// Source: Sennrich et al. 2016, arXiv:1508.07909, algorithm 1; `tokenizers`, bpe/model.rs.
struct BytePairModel: TokenModel {
  private let vocabulary: Vocabulary
  private let symbols: Symbols
  private let ignoresMerges: Bool
  private var merges: MergeTable

  /// What a word is made of at the start.
  private enum Symbols {
    /// Bytes: the id of each.
    case bytes([Int32])
    case characters(CharacterSymbols)
  }

  init(_ reader: JSONReader, vocabulary: Vocabulary, isByteLevel: Bool) throws(MartletError) {
    self.vocabulary = vocabulary
    if try reader.optional("dropout", as: Double.self) ?? 0 != 0 {
      throw UnsupportedPart.error(reader, "a BPE model with \"dropout\"")
    }
    ignoresMerges = try reader.optional("ignore_merges") ?? false
    let characters = try CharacterSymbols(reader, vocabulary: vocabulary)
    let idsOfBytes = ByteAlphabet.scalars.compactMap { vocabulary.id(of: String(Character($0))) }
    symbols =
      isByteLevel && idsOfBytes.count == 256 && !characters.hasAffixes
      ? .bytes(idsOfBytes) : .characters(characters)
    let merges = try reader.required("merges", as: [JSON].self)
    self.merges = MergeTable(mostMerges: merges.count)
    try read(merges, prefix: characters.prefix, reader)
  }

  private mutating func read(
    _ list: [JSON], prefix: [UInt8], _ reader: JSONReader
  ) throws(MartletError) {
    for (rank, merge) in list.enumerated() {
      guard let (left, right) = Self.parts(of: merge) else {
        throw MartletError(
          "\(reader.file): the key \"\(reader.fullPath("merges"))[\(rank)]\" must be two tokens, found \(merge)"
        )
      }
      func id(_ token: String) throws(MartletError) -> Int32 {
        if let id = vocabulary.id(of: token) { return id }
        throw MartletError(
          "\(reader.file): the key \"\(reader.fullPath("merges"))[\(rank)]\" names \"\(token)\", "
            + "which is not in the vocabulary")
      }
      let rest = String(decoding: Array(right.utf8).dropFirst(prefix.count), as: UTF8.self)
      // Of a pair that stands twice `tokenizers` keeps the later one.
      merges[try id(left), try id(right)] = Merge(rank: Int32(rank), result: try id(left + rest))
    }
  }

  /// A merge is written as two strings, or in older files as one with a space between.
  private static func parts(of merge: JSON) -> (String, String)? {
    if let both = merge.array {
      guard both.count == 2, let left = both[0].string, let right = both[1].string else { return nil }
      return (left, right)
    }
    guard let text = merge.string else { return nil }
    let space = UInt8(ascii: " ")
    guard let place = text.utf8.firstIndex(of: space) else { return nil }
    let (left, right) = (text.utf8[..<place], text.utf8[place...].dropFirst())
    guard !left.isEmpty, !right.isEmpty, !right.contains(space) else { return nil }
    return (String(Substring(left)), String(Substring(right)))
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
    if case .bytes = symbols { return vocabulary.id(of: ByteAlphabet.text(of: word)) }
    return vocabulary.id(of: word)
  }
}
