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
    /// Bytes: the id of each, or -1 when it has none.
    case bytes([Int32])
    /// Characters; those outside the vocabulary become their bytes when these have tokens, else unknown.
    case characters(unknown: Int32?, fusesUnknown: Bool, byteFallback: [Int32?]?)
  }

  init(_ reader: JSONReader, vocabulary: Vocabulary, isByteLevel: Bool) throws(MartletError) {
    self.vocabulary = vocabulary
    for key in ["continuing_subword_prefix", "end_of_word_suffix"]
    where try reader.optional(key, as: String.self) ?? "" != "" {
      throw UnsupportedPart.error(reader, "a BPE model with \"\(key)\"")
    }
    ignoresMerges = try reader.optional("ignore_merges") ?? false
    if isByteLevel {
      // Bytes without a token are left out, as `tokenizers` does when no unknown token is named.
      let unknown = try TokenModels.unknown(reader, vocabulary) ?? -1
      symbols = .bytes(
        ByteAlphabet.scalars.map { vocabulary.id(of: String(Character($0))) ?? unknown })
    } else {
      let hasFallback = try reader.optional("byte_fallback") ?? false
      symbols = .characters(
        unknown: try TokenModels.unknown(reader, vocabulary),
        fusesUnknown: try reader.optional("fuse_unk") ?? false,
        byteFallback: hasFallback
          ? (0..<256).map { vocabulary.id(of: ByteFallbackDecoder.token(of: UInt8($0))) } : nil)
    }
    let merges = try reader.required("merges", as: [JSON].self)
    self.merges = MergeTable(mostMerges: merges.count)
    try read(merges, reader)
  }

  private mutating func read(_ list: [JSON], _ reader: JSONReader) throws(MartletError) {
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
      // Of a pair that stands twice `tokenizers` keeps the later one.
      merges[try id(left), try id(right)] = Merge(rank: Int32(rank), result: try id(left + right))
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

  func encode(_ word: UnsafeBufferPointer<UInt8>, into ids: inout [Int32]) {
    if ignoresMerges, let id = wholeWord(word) {
      ids.append(id)
      return
    }
    let start = ids.count
    appendSymbols(of: word, to: &ids)
    if merges.isEmpty { return }
    let count = ids.withUnsafeMutableBufferPointer { ids in
      merges.merge(UnsafeMutableBufferPointer(rebasing: ids[start...]))
    }
    ids.removeLast(ids.count - start - count)
  }

  private func wholeWord(_ word: UnsafeBufferPointer<UInt8>) -> Int32? {
    if case .bytes = symbols { return vocabulary.id(of: ByteAlphabet.text(of: word)) }
    return vocabulary.id(of: word)
  }

  private func appendSymbols(of word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) {
    guard let bytes = word.baseAddress else { return }
    switch symbols {
    case .bytes(let idOfByte):
      for place in 0..<word.count {
        let id = idOfByte[Int(bytes[place])]
        if id >= 0 { ids.append(id) }
      }
    case .characters(let unknown, let fusesUnknown, let byteFallback):
      var place = 0
      var lastIsUnknown = false
      while place < word.count {
        let scalar = UnsafeBufferPointer(start: bytes + place, count: (bytes + place).scalarLength)
        place += scalar.count
        if let id = vocabulary.id(of: scalar) {
          ids.append(id)
        } else if let byteFallback, scalar.allSatisfy({ byteFallback[Int($0)] != nil }) {
          for byte in scalar { ids.append(byteFallback[Int(byte)]!) }
        } else {
          if let unknown, !(fusesUnknown && lastIsUnknown) { ids.append(unknown) }
          lastIsUnknown = true
          continue
        }
        lastIsUnknown = false
      }
    }
  }
}
