/// One token a word; words outside the vocabulary become the unknown token.
struct WordLevelModel: TokenModel {
  private let vocabulary: Vocabulary
  private let unknown: Int32

  init(_ reader: JSONReader, vocabulary: Vocabulary) throws(MartletError) {
    self.vocabulary = vocabulary
    guard let unknown = try TokenModels.unknown(reader, vocabulary) else {
      throw MartletError(
        "\(reader.file): the key \"\(reader.fullPath("unk_token"))\" is missing; expected a token")
    }
    self.unknown = unknown
  }

  var isCostly: Bool { false }

  func encode(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout WordTokens) {
    tokens.append(vocabulary.id(of: word) ?? unknown, 0..<word.count)
  }
}
