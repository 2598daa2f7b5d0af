extension Tokenizer {
  /// The ids of a text.
  ///
  /// - Parameters:
  ///   - text: any text; an empty one gives no ids but those of the post-processor.
  ///   - addingSpecialTokens: whether the post-processor's tokens are put around it (the begin of text of a
  ///     Llama; nothing for tokenizers trained here).
  ///   - parsingSpecialTokens: whether `<|endoftext|>` and its like written out in the text become that token.
  ///     Not by default, so that no text can forge the end of a document: `tokenizers` does the same with
  ///     `encode_special_tokens = True`, and the other with `False`, which is its default.
  public func encode(
    _ text: String, addingSpecialTokens: Bool = true, parsingSpecialTokens: Bool = false
  ) -> [Int32] {
    var ids = addingSpecialTokens ? postProcessor.before : []
    var text = text
    text.withUTF8 { bytes in
      // English has three to four and a half bytes a token: enough for it without growing.
      ids.reserveCapacity(ids.count + bytes.count / 3)
      wordCaches.withCache { encode(bytes, parsingSpecialTokens, with: &$0, into: &ids) }
    }
    if addingSpecialTokens { ids += postProcessor.after }
    return ids
  }

  private func encode(
    _ text: UnsafeBufferPointer<UInt8>, _ parsingSpecialTokens: Bool, with cache: inout WordCache,
    into ids: inout [Int32]
  ) {
    addedTokens.split(text, normalized: false, special: parsingSpecialTokens) { part in
      switch part {
      case .token(let id): ids.append(id)
      case .text(let text):
        withNormalized(text) { normalized in
          addedTokens.split(normalized, normalized: true, special: parsingSpecialTokens) { part in
            switch part {
            case .token(let id): ids.append(id)
            case .text(let text):
              preTokenizers.split(text) { cache.encode($0, with: model, into: &ids) }
            }
          }
        }
      }
    }
  }

  private func withNormalized(
    _ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    if normalizers.isEmpty { return body(text) }
    normalizers.reduce(Array(text)) { $1.normalize($0) }.withUnsafeBufferPointer(body)
  }
}
