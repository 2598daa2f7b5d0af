/// The merges of a model in order.
struct MergeList {
  private(set) var merges: [(left: Int32, right: Int32, result: Int32)] = []

  /// Reads the merges of a model.
  ///
  /// - Parameter prefix: what stands before a token that continues a word, and falls away when it is merged.
  /// - Throws: when a merge is no pair of tokens of the vocabulary, or its result is not there.
  init(
    _ definition: DefinitionText, vocabulary: Vocabulary, prefix: [UInt8]
  ) throws(MartletError) {
    var merges = merges
    var (both, scratch): ([UInt8], [UInt8]) = ([], [])
    try definition.withPart("merges", beginningWith: UInt8(ascii: "["), expected: "an array") {
      parser throws(MartletError) in
      try parser.forEachElement { rank, parser throws(MartletError) in
        let start = parser.position
        func name(_ bytes: ArraySlice<UInt8>) throws(MartletError) -> Int32 {
          if let id = bytes.withUnsafeBufferPointer({ vocabulary.modelID(of: $0) }) { return id }
          throw MartletError(
            "\(parser.file): the key \"model.merges[\(rank)]\" names \(ReadableText.quoted(String(decoding: bytes, as: UTF8.self))), "
              + "which is not in the vocabulary")
        }
        both.removeAll(keepingCapacity: true)
        guard let border = try Self.readPair(&parser, into: &both, &scratch) else {
          parser.position = start
          throw MartletError(
            "\(parser.file): the key \"model.merges[\(rank)]\" must be two tokens, found "
              + String(try parser.value().compact.prefix(80))
          )
        }
        let (left, right) = (try name(both[..<border]), try name(both[border...]))
        if !prefix.isEmpty { both.removeSubrange(border..<min(border + prefix.count, both.count)) }
        merges.append((left, right, try name(both[...])))
      }
    }
    self.merges = merges
  }

  /// Reads a merge, written as two strings, or in older files as one with a space between.
  ///
  /// - Parameter both: gets the bytes of the two.
  /// - Returns: where the second starts; nil for anything else.
  private static func readPair(
    _ parser: inout JSONParser, into both: inout [UInt8], _ scratch: inout [UInt8]
  ) throws(MartletError) -> Int? {
    if parser.isNext(UInt8(ascii: "\"")) {
      let text = try parser.stringBytes(&scratch)
      let space = UInt8(ascii: " ")
      guard let place = text.firstIndex(of: space), place > 0, place < text.count - 1,
        !text[(place + 1)...].contains(space)
      else { return nil }
      both.append(contentsOf: text[..<place])
      both.append(contentsOf: text[(place + 1)...])
      return place
    }
    guard parser.isNext(UInt8(ascii: "[")) else { return nil }
    var (count, border, areTexts) = (0, 0, true)
    try parser.forEachElement { place, parser throws(MartletError) in
      count = place + 1
      guard parser.isNext(UInt8(ascii: "\"")), place < 2 else {
        areTexts = false
        _ = try parser.value()
        return
      }
      if place == 1 { border = both.count }
      both.append(contentsOf: try parser.stringBytes(&scratch))
    }
    return areTexts && count == 2 ? border : nil
  }
}

extension MergeTable {
  /// Of a pair that stands twice `tokenizers` keeps the later one.
  init(_ list: MergeList) {
    self.init(mostMerges: list.merges.count)
    for (rank, merge) in list.merges.enumerated() {
      self[merge.left, merge.right] = Merge(rank: Int32(truncatingIfNeeded: rank), result: merge.result)
    }
  }
}
