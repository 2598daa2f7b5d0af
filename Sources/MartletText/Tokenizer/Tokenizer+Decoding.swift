extension Tokenizer {
  /// The text of ids, as `tokenizers` decodes them.
  ///
  /// Bytes that are not UTF-8 become U+FFFD. Ids that are not used add nothing, since a model may have more
  /// rows than its tokenizer has tokens; ``checkIDs(_:)`` finds them.
  ///
  /// - Parameter skippingSpecialTokens: whether special tokens, the unknown one among them, are left out.
  public func decode(_ ids: some Sequence<Int32>, skippingSpecialTokens: Bool = true) -> String {
    decoders.decode(ids.compactMap { decodedText(of: $0, skippingSpecialTokens: skippingSpecialTokens) })
  }

  /// Refuses ids that the vocabulary does not have.
  ///
  /// - Throws: with the first such id and its place.
  public func checkIDs(_ ids: some Sequence<Int>) throws(MartletError) {
    for (place, id) in ids.enumerated() {
      guard let id32 = Int32(exactly: id), vocabulary.text(of: id32) != nil else {
        throw MartletError(
          "the id \(id) at place \(place) is not in the vocabulary, whose ids go from 0 to \(vocabularySize - 1)"
        )
      }
    }
  }
}
