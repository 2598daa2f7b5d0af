extension Tokenizer {
  /// The tokenizer of a GGUF file, with the ids of llama.cpp.
  ///
  /// - Parameter file: what to call it in messages.
  init(gguf: GGUFFile, file: String) throws(MartletError) {
    let kind = try gguf.string("tokenizer.ggml.model")
    switch kind {
    case "llama", "t5": try self.init(pieces: gguf, isUnigram: kind == "t5", file: file)
    case "gpt2": try self.init(bytePairs: gguf, file: file)
    case "bert": try self.init(wordPieces: gguf, file: file)
    case let kind?:
      throw MartletError(
        "\(file): a tokenizer of the kind \"\(kind)\" is not supported; llama, gpt2, bert and t5 are")
    case nil:
      throw MartletError("\(file) has no key \"tokenizer.ggml.model\"; name a GGUF file with a vocabulary")
    }
  }

  /// SentencePiece models, BPE and Unigram.
  private init(pieces gguf: GGUFFile, isUnigram: Bool, file: String) throws(MartletError) {
    var tokens = try gguf.tokens()
    let unknown = try gguf.id("tokenizer.ggml.unknown_token_id", of: tokens.count) ?? (isUnigram ? 2 : 0)
    // Other tokens of that kind are marks that no text contains.
    for id in tokens.indices where tokens[id].kind == .unknown && id != unknown { tokens[id].kind = .control }
    if unknown < tokens.count { tokens[unknown].kind = .unknown }
    let removesExtraSpaces = try gguf.bool("tokenizer.ggml.remove_extra_whitespaces") ?? false
    let model = try SentencePieceFile(
      pieces: tokens, kind: isUnigram ? .unigram : .bytePairs, file: file,
      addsDummyPrefix: try gguf.bool("tokenizer.ggml.add_space_prefix") ?? true,
      removesExtraSpaces: isUnigram && removesExtraSpaces,
      characterMap: isUnigram ? try gguf.bytes("tokenizer.ggml.precompiled_charsmap") ?? [] : [])
    try self.init(
      sentencePiece: model,
      configuration: try gguf.configuration(tokens, addsBegin: !isUnigram, addsEnd: isUnigram),
      file: file, userDefinedAreAdded: true, swallowsSpace: try gguf.swallowsSpace(tokens))
  }

  /// Byte-level BPE.
  private init(bytePairs gguf: GGUFFile, file: String) throws(MartletError) {
    let tokens = try gguf.tokens()
    let name = try gguf.string("tokenizer.ggml.pre") ?? "default"
    guard let preTokenizer = GGUFPreTokenizer(named: name) else {
      throw MartletError("\(file): splitting texts as \"\(name)\" (\"tokenizer.ggml.pre\") is not supported")
    }
    guard let merges = try gguf.strings("tokenizer.ggml.merges") else {
      throw MartletError("\(file): the key \"tokenizer.ggml.merges\" is missing; expected an array of texts")
    }
    var pairs: [([UInt8], [UInt8])] = []
    pairs.reserveCapacity(merges.count)
    for (place, merge) in merges.enumerated() {
      let parts = merge.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
        merge.withUnsafeBufferPointer({ $0.firstInvalidUTF8 }) == nil
      else {
        throw MartletError("\(file): the merge \(place) must be two tokens with a space between")
      }
      pairs.append((Array(parts[0]), Array(parts[1])))
    }
    let configuration = try gguf.configuration(tokens, addsBegin: preTokenizer.addsBegin, addsEnd: false)
    let definition = DefinitionWriter.write(
      try gguf.members(
        tokens, configuration, normalizer: .null, preTokenizer: preTokenizer.definition,
        decoder: ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true],
        file: file)
    ) { writer in
      writer.bytePairModel(
        tokens: tokens.enumerated().lazy.map { ($0.element.text, $0.offset) }, merges: pairs,
        ignoresMerges: preTokenizer.ignoresMerges)
    }
    try self.init(definition: definition, configuration: configuration, file: file)
  }

  /// WordPiece, whose words begin with "▁" in these files and whose later pieces with nothing.
  private init(wordPieces gguf: GGUFFile, file: String) throws(MartletError) {
    var tokens = try gguf.tokens()
    let mark = SentencePieceNormalizer.spaceMark
    for id in tokens.indices where tokens[id].kind == .normal || tokens[id].kind == .unused {
      let text = tokens[id].text
      tokens[id].text = text.starts(with: mark) ? Array(text.dropFirst(mark.count)) : Array("##".utf8) + text
    }
    let unknown = try gguf.id("tokenizer.ggml.unknown_token_id", of: tokens.count) ?? 100
    guard unknown < tokens.count else {
      throw MartletError(
        "\(file): the key \"tokenizer.ggml.unknown_token_id\" is missing; expected the id of a token")
    }
    let configuration = try gguf.configuration(
      tokens, addsBegin: true, addsEnd: true, endKey: "seperator_token_id")
    let definition = DefinitionWriter.write(
      try gguf.members(
        tokens, configuration,
        normalizer: [
          "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": true,
          "lowercase": true,
        ],
        preTokenizer: ["type": "BertPreTokenizer"],
        decoder: ["type": "WordPiece", "prefix": "##", "cleanup": true], file: file)
    ) { writer in
      writer.member("type", "WordPiece")
      writer.member("unk_token", .string(tokens[unknown].string))
      writer.member("continuing_subword_prefix", "##")
      writer.member("max_input_chars_per_word", 100)
      writer.vocabulary(tokens.enumerated().lazy.map { ($0.element.text, $0.offset) })
    }
    try self.init(definition: definition, configuration: configuration, file: file)
  }
}

extension GGUFFile {
  /// What a `tokenizer_config.json` would say.
  ///
  /// - Parameters:
  ///   - addsBegin: whether texts begin with the mark of beginning when the file doesn't say.
  ///   - addsEnd: whether they end with the mark of the end.
  ///   - endKey: the key of that mark, when the file has it.
  fileprivate func configuration(
    _ tokens: [SentencePieceFile.Piece], addsBegin: Bool, addsEnd: Bool, endKey: String = "eos_token_id"
  ) throws(MartletError) -> JSON {
    var members: JSONObject = [
      "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false,
    ]
    let marks = [
      ("bos_token", "bos_token_id"), ("eos_token", endKey), ("unk_token", "unknown_token_id"),
      ("pad_token", "padding_token_id"),
    ]
    for (name, key) in marks {
      let id = try id("tokenizer.ggml.\(key)", of: tokens.count)
      if let id { members[name] = .string(tokens[id].string) }
    }
    let flags = [
      ("add_bos_token", "bos_token", addsBegin),
      (endKey == "eos_token_id" ? "add_eos_token" : "add_sep_token", "eos_token", addsEnd),
    ]
    for (flag, mark, usual) in flags {
      let wanted = try bool("tokenizer.ggml.\(flag)")
      // What is not there can't be added unless the file asks for it.
      let key = mark == "bos_token" ? "add_bos_token" : "add_eos_token"
      members[key] = .bool(wanted ?? (usual && members[mark] != nil))
    }
    if let template = try string("tokenizer.chat_template") { members["chat_template"] = .string(template) }
    return .object(members)
  }

  /// The tokens that swallow the white space after them.
  ///
  /// Source: llama.cpp, which knows Phi-3 by its name.
  fileprivate func swallowsSpace(_ tokens: [SentencePieceFile.Piece]) throws(MartletError) -> (Int) -> Bool {
    let name = try string("general.name")?.lowercased() ?? ""
    guard name.contains("phi-3") || name.contains("phi3") else { return { _ in false } }
    return { id in
      let token = tokens[id]
      let isMark = token.kind == .control || token.kind == .userDefined || token.kind == .unknown
      return isMark && !["<unk>", "<s>", "<|endoftext|>"].contains(token.string)
    }
  }

  /// All members of a `tokenizer.json` but the model.
  fileprivate func members(
    _ tokens: [SentencePieceFile.Piece], _ configuration: JSON, normalizer: JSON, preTokenizer: JSON,
    decoder: JSON,
    file: String
  ) throws(MartletError) -> [(String, JSON)] {
    let added = tokens.enumerated().filter {
      $0.element.kind != .normal && $0.element.kind != .unused && $0.element.kind != .byte
    }.map { id, token -> JSON in
      [
        "id": .integer(id), "content": .string(token.string), "single_word": false, "lstrip": false,
        "rstrip": false, "normalized": false, "special": .bool(token.kind != .userDefined),
      ]
    }
    let postProcessor = try SurroundingTokens.postProcessor(configuration, file: file) { name in
      tokens.firstIndex { UTF8Key($0.string) == UTF8Key(name) }
    }
    return [
      ("version", "1.0"), ("truncation", .null), ("padding", .null), ("added_tokens", .array(added)),
      ("normalizer", normalizer), ("pre_tokenizer", preTokenizer), ("post_processor", postProcessor),
      ("decoder", decoder),
    ]
  }
}
