extension Tokenizer {
  /// A tokenizer of a tiktoken file: ids are those of tiktoken, and special tokens are text unless asked for.
  ///
  /// - Parameters:
  ///   - bytes: the content of the `.tiktoken` file.
  ///   - encoding: how texts are split, and the special tokens.
  ///   - file: what to call it in messages.
  init(
    tiktoken bytes: [UInt8], encoding: TiktokenEncoding, configuration: JSON, file: String
  ) throws(MartletError) {
    let ranks = try TiktokenFile(bytes, file: file)
    let pairs = ranks.pairs
    // In tiktoken all pairs of one token have its rank.
    var merges = MergeTable(mostMerges: pairs.count)
    for pair in pairs { merges[pair.left, pair.right] = Merge(rank: pair.result, result: pair.result) }
    let texts = ranks.tokens.map { Array(ByteAlphabet.text(of: $0).utf8) }
    let byteLevel: JSON = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
      "use_regex": .bool(encoding.pattern == nil),
    ]
    let added = encoding.specialTokens.map { token -> JSON in
      [
        "id": .integer(token.id), "content": .string(token.text), "single_word": false, "lstrip": false,
        "rstrip": false, "normalized": false, "special": true,
      ]
    }
    let split = encoding.pattern.map { pattern -> JSON in
      let split: JSON = [
        "type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated", "invert": false,
      ]
      return ["type": "Sequence", "pretokenizers": .array([split, byteLevel])]
    }
    let members: [(String, JSON)] = [
      ("version", "1.0"), ("truncation", .null), ("padding", .null), ("added_tokens", .array(added)),
      ("normalizer", .null), ("pre_tokenizer", split ?? byteLevel), ("post_processor", .null),
      ("decoder", ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true]),
    ]
    let definition = DefinitionWriter.write(members) { writer in
      writer.bytePairModel(
        tokens: texts.enumerated().lazy.filter { !$0.element.isEmpty }.map { ($0.element, $0.offset) },
        merges: pairs.lazy.map { (texts[Int($0.left)], texts[Int($0.right)]) },
        ignoresMerges: true)
    }
    var parts = PipelineParts()
    let idsOfBytes = (UInt8.min...UInt8.max).map { ranks.id(of: [$0])! }
    parts.model = { [merges] vocabulary in
      BytePairModel(
        vocabulary: vocabulary, idsOfBytes: idsOfBytes, merges: merges, ignoresMerges: true)
    }
    try self.init(definition: definition, configuration: configuration, file: file, parts: parts)
  }
}

extension DefinitionWriter {
  /// The members of a BPE model of bytes.
  mutating func bytePairModel(
    tokens: some Sequence<([UInt8], Int)>, merges: some Sequence<([UInt8], [UInt8])>, ignoresMerges: Bool
  ) {
    member("type", "BPE")
    member("dropout", .null)
    member("unk_token", .null)
    member("continuing_subword_prefix", .null)
    member("end_of_word_suffix", .null)
    member("fuse_unk", false)
    member("byte_fallback", false)
    member("ignore_merges", .bool(ignoresMerges))
    vocabulary(tokens)
    self.merges(merges)
  }
}
