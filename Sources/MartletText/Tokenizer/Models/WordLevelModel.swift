/// One token a word; words outside the vocabulary become the unknown token.
struct WordLevelModel: TokenModel {
  private let vocabulary: Vocabulary
  private let unknown: Int32

  init(_ reader: JSONReader, vocabulary: Vocabulary) throws(MartletError) {
    self.vocabulary = vocabulary
    unknown = try TokenModels.requiredUnknown(reader, vocabulary)
  }

  var isCostly: Bool { false }

  func encode(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout WordTokens) {
    tokens.append(vocabulary.modelID(of: word) ?? unknown, 0..<word.count)
  }
}
