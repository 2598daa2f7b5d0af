/// Turns one word into token ids: the heart of the pipeline.
protocol TokenModel: Sendable {
  /// Whether encoding a word costs enough that words seen before are worth remembering.
  var isCostly: Bool { get }

  /// The token whose text is what it was found as, and not its text in the vocabulary: the unknown one of Unigram.
  var tokenOfAnyText: Int32? { get }

  /// Whether words of bytes are taken as they are, and not written in GPT-2's alphabet.
  var takesBytes: Bool { get }

  /// Adds the tokens of a word that is not empty.
  func encode(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout WordTokens)
}

extension TokenModel {
  var tokenOfAnyText: Int32? { nil }
  var takesBytes: Bool { false }
}

/// The models by the names of `tokenizer.json`.
enum TokenModels {
  static func read(
    _ reader: JSONReader, vocabulary: Vocabulary, isByteLevel: Bool
  ) throws(MartletError) -> any TokenModel {
    // Older files do not name the type.
    let type = try reader.optional("type", as: String.self) ?? (reader["merges"] != nil ? "BPE" : "WordLevel")
    switch type {
    case "BPE": return try BytePairModel(reader, vocabulary: vocabulary, isByteLevel: isByteLevel)
    case "WordLevel" where !isByteLevel: return try WordLevelModel(reader, vocabulary: vocabulary)
    default: throw UnsupportedPart.error(reader, "the model \"\(type)\"\(isByteLevel ? " of bytes" : "")")
    }
  }

  /// The id of the unknown token that a model names; nil when it names none.
  static func unknown(_ reader: JSONReader, _ vocabulary: Vocabulary) throws(MartletError) -> Int32? {
    guard let token = try reader.optional("unk_token", as: String.self) else { return nil }
    guard let id = vocabulary.id(of: token) else {
      throw reader.unexpected("unk_token", expected: "a token of the vocabulary")
    }
    return id
  }
}
