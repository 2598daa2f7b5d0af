/// The models by the names of `tokenizer.json`.
enum TokenModels {
  /// The kinds of models.
  enum Kind: String {
    case bytePairs = "BPE"
    case wordPiece = "WordPiece"
    case wordLevel = "WordLevel"
    case unigram = "Unigram"
  }

  /// The kind of a model; older files do not name it.
  static func kind(_ definition: DefinitionText) throws(MartletError) -> Kind {
    let reader = try definition.root.reader("model")
    guard let name = try reader.optional("type", as: String.self) else {
      if definition.hasPart("merges") { return .bytePairs }
      return reader["continuing_subword_prefix"] != nil && reader["max_input_chars_per_word"] != nil
        ? .wordPiece : .wordLevel
    }
    guard let kind = Kind(rawValue: name) else {
      throw UnsupportedPart.error(reader, "the model \(ReadableText.quoted(name))")
    }
    return kind
  }

  /// The model of a kind.
  ///
  /// - Parameters:
  ///   - scores: those of the vocabulary's ids, which a Unigram has.
  ///   - isByteLevel: whether its words are made of bytes in GPT-2's alphabet.
  static func read(
    _ definition: DefinitionText, _ kind: Kind, vocabulary: Vocabulary, scores: [Double], isByteLevel: Bool
  ) throws(MartletError) -> any TokenModel {
    switch kind {
    case .bytePairs:
      try BytePairModel(definition, vocabulary: vocabulary, isByteLevel: isByteLevel)
    case .wordPiece: try WordPieceModel(try definition.root.reader("model"), vocabulary: vocabulary)
    case .wordLevel: try WordLevelModel(try definition.root.reader("model"), vocabulary: vocabulary)
    case .unigram:
      try UnigramModel(try definition.root.reader("model"), vocabulary: vocabulary, scores: scores)
    }
  }

  /// The id of the unknown token that a model names; nil when it names none.
  static func unknown(_ reader: JSONReader, _ vocabulary: Vocabulary) throws(MartletError) -> Int32? {
    if let id = try reader.optional("unk_id", as: Int.self) {
      guard let id = Int32(exactly: id), vocabulary.text(of: id) != nil else {
        throw reader.unexpected("unk_id", expected: "the id of a token of the vocabulary")
      }
      return id
    }
    guard let token = try reader.optional("unk_token", as: String.self) else { return nil }
    guard let id = vocabulary.id(of: token) else {
      throw reader.unexpected("unk_token", expected: "a token of the vocabulary")
    }
    return id
  }

  /// The unknown token of a model that cannot do without.
  static func requiredUnknown(_ reader: JSONReader, _ vocabulary: Vocabulary) throws(MartletError) -> Int32 {
    if let id = try unknown(reader, vocabulary) { return id }
    throw MartletError(
      "\(reader.file): the key \"\(reader.fullPath("unk_token"))\" is missing; expected a token")
  }
}
