import MartletText

extension Tokenizer {
  /// What a token adds to a text: its bytes, and them as text; a part of a character, and a special token, as
  /// ``readableToken(of:)`` shows it.
  package func piece(of id: Int32, isFirst: Bool) -> (bytes: [UInt8], text: String) {
    let bytes = bytes(of: id, isFirst: isFirst, skippingSpecialTokens: true)
    let text = bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
    return (bytes, text ?? readableToken(of: id))
  }

  /// The text of each token of a sequence, as ``piece(of:isFirst:)`` gives it.
  package func pieces(of ids: [Int32]) -> [String] {
    ids.indices.map { piece(of: ids[$0], isFirst: $0 == 0).text }
  }
}
