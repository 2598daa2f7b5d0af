extension Tokenizer {
  /// A tokenizer of a SentencePiece model: ids and texts are those of SentencePiece.
  ///
  /// Its marks of beginning and end are put around texts only when `configuration` asks for them
  /// (`add_bos_token`, `add_eos_token`), as SentencePiece itself doesn't. In a text with control marks each stretch
  /// between two of them is encoded by itself.
  ///
  /// - Parameters:
  ///   - bytes: the content of the `.model` file.
  ///   - configuration: the content of the `tokenizer_config.json` beside it, or null.
  ///   - file: what to call it in messages.
  init(sentencePiece bytes: [UInt8], configuration: JSON, file: String) throws(MartletError) {
    try self.init(
      sentencePiece: try SentencePieceFile(bytes, file: file), configuration: configuration, file: file)
  }

  /// - Parameter userDefinedAreAdded: whether user-defined pieces are looked for in the text as it is given, so that
  ///   what stands between them is encoded by itself.
  init(
    sentencePiece model: SentencePieceFile, configuration: JSON, file: String,
    userDefinedAreAdded: Bool = false,
    swallowsSpace: (Int) -> Bool = { _ in false }
  ) throws(MartletError) {
    var parts = PipelineParts()
    var characterMap: CharacterMap?
    if !model.characterMap.isEmpty {
      guard let map = CharacterMap(model.characterMap) else {
        throw MartletError("\(file) is damaged: its map of characters is malformed; get the file again")
      }
      characterMap = map
    }
    let userDefined = userDefinedAreAdded ? nil : SentencePieceVocabulary(model).userDefined
    parts.normalizers = Normalizers(
      SentencePieceNormalizer(
        characterMap: characterMap, userDefined: userDefined, addsDummyPrefix: model.addsDummyPrefix,
        removesExtraSpaces: model.removesExtraSpaces, escapesSpaces: model.escapesSpaces,
        spaceIsSuffix: model.spaceIsSuffix))
    parts.preTokenizers = PreTokenizers(
      [model.kind == .bytePairs ? SentencePieceWords(model) : nil].compactMap { $0 })
    let makesPairs = model.kind == .bytePairs
    parts.model = { _ in
      if makesPairs {
        SentencePieceBytePairs(model, userDefined: userDefined)
      } else {
        SentencePieceUnigram(model)
      }
    }
    parts.decoders = TokenDecoders(SentencePieceDecoder(model))
    parts.keepsAddedToken = {
      userDefinedAreAdded ? $0.id != Int32(model.unknown) : $0.isSpecial && $0.id != Int32(model.unknown)
    }
    if model.spaceIsSuffix {
      parts.reasonNotToSave =
        "\(file): a SentencePiece model whose words end with their space can't be written as tokenizer.json; keep the "
        + "model file"
    }
    let configuration = configuration.isNull ? model.configuration : configuration
    try self.init(
      definition: try model.definition(configuration: configuration, file: file, swallowsSpace),
      configuration: configuration,
      file: file, parts: parts)
  }
}

extension SentencePieceFile {
  /// What transformers' `AutoTokenizer` needs of a model that has no `tokenizer_config.json`.
  fileprivate var configuration: JSON {
    var members: JSONObject = [
      "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false,
      "unk_token": .string(pieces[unknown].string),
    ]
    for (key, name) in [("bos_token", beginPiece), ("eos_token", endPiece)]
    where pieces.contains(where: { $0.kind == .control && UTF8Key($0.string) == UTF8Key(name) }) {
      members[key] = .string(name)
    }
    return .object(members)
  }

  /// The model as a `tokenizer.json`, as close as one can come.
  fileprivate func definition(
    configuration: JSON, file: String, _ swallowsSpace: (Int) -> Bool
  ) throws(MartletError) -> [UInt8] {
    let space = escapesSpaces ? "▁" : " "
    var normalizers: [JSON] = []
    if !characterMap.isEmpty {
      normalizers.append(
        ["type": "Precompiled", "precompiled_charsmap": .string(Base64.encode(characterMap))])
    }
    if removesExtraSpaces {
      normalizers.append(["type": "Strip", "strip_left": true, "strip_right": true])
      normalizers.append(["type": "Replace", "pattern": ["Regex": " {2,}"], "content": " "])
    }
    if addsDummyPrefix { normalizers.append(["type": "Prepend", "prepend": .string(space)]) }
    if escapesSpaces {
      normalizers.append(["type": "Replace", "pattern": ["String": " "], "content": "▁"])
    }
    var decoders: [JSON] = [["type": "Replace", "pattern": ["String": "▁"], "content": " "]]
    if hasByteFallback { decoders.append(["type": "ByteFallback"]) }
    decoders.append(["type": "Fuse"])
    if addsDummyPrefix { decoders.append(["type": "Strip", "content": " ", "start": 1, "stop": 0]) }
    let added = pieces.enumerated().filter {
      $0.element.kind == .control || $0.element.kind == .unknown || $0.element.kind == .userDefined
    }.map { id, piece -> JSON in
      [
        "id": .integer(id), "content": .string(piece.string), "single_word": false, "lstrip": false,
        "rstrip": .bool(swallowsSpace(id)), "normalized": false, "special": .bool(piece.kind != .userDefined),
      ]
    }
    let members: [(String, JSON)] = [
      ("version", "1.0"), ("truncation", .null), ("padding", .null), ("added_tokens", .array(added)),
      ("normalizer", normalizers.isEmpty ? .null : ["type": "Sequence", "normalizers": .array(normalizers)]),
      ("pre_tokenizer", .null), ("post_processor", try postProcessor(configuration, file)),
      ("decoder", ["type": "Sequence", "decoders": .array(decoders)]),
    ]
    return DefinitionWriter.write(members, model: kind == .bytePairs ? bytePairModel : unigramModel)
  }

  private var bytePairModel: (inout DefinitionWriter) -> Void {
    { writer in
      writer.member("type", "BPE")
      writer.member("dropout", .null)
      writer.member("unk_token", .string(pieces[unknown].string))
      writer.member("continuing_subword_prefix", .null)
      writer.member("end_of_word_suffix", .null)
      writer.member("fuse_unk", true)
      writer.member("byte_fallback", .bool(hasByteFallback))
      writer.member("ignore_merges", false)
      writer.vocabulary(pieces.enumerated().lazy.map { ($0.element.text, $0.offset) })
      writer.merges(
        SentencePieceBytePairs.pairs(self).filter { max($0.left, $0.right) < pieces.count }
          .sorted { ($0.rank, $0.result, $0.left) < ($1.rank, $1.result, $1.left) }.lazy
          .map { (pieces[Int($0.left)].text, pieces[Int($0.right)].text) })
    }
  }

  private var unigramModel: (inout DefinitionWriter) -> Void {
    { writer in
      writer.member("type", "Unigram")
      writer.member("unk_id", .integer(unknown))
      writer.scores(pieces.lazy.map { ($0.text, Double($0.score)) })
      writer.member("byte_fallback", .bool(hasByteFallback))
    }
  }

  /// The marks of beginning and end that a configuration asks for.
  private func postProcessor(_ configuration: JSON, _ file: String) throws(MartletError) -> JSON {
    try SurroundingTokens.postProcessor(configuration, file: file) { name in
      pieces.firstIndex { UTF8Key($0.string) == UTF8Key(name) }
    }
  }
}
