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
    let parsing: SpecialTokenParsing = parsingSpecialTokens ? .everywhere : .nowhere
    var ids: [Int32] = []
    var text = text
    text.withUTF8 { bytes in
      // English has three to four and a half bytes a token: enough for it without growing.
      ids.reserveCapacity(bytes.count / 3)
      let (model, caches) = textModel(parsing)
      caches.withCache { cache in
        forEachPart(of: TextView(bytes), parsing) { part in
          switch part {
          case .token(let id, _): ids.append(id)
          case .words(let words): cache.encode(words, with: model, into: &ids)
          }
        }
      }
    }
    return postProcessor.process(ids, addingSpecialTokens: addingSpecialTokens)
  }

  /// The tokens of a text, and which bytes of it each of them stands for.
  ///
  /// It gives the ids of ``encode(_:addingSpecialTokens:parsingSpecialTokens:)``, which is faster.
  ///
  /// - Parameters:
  ///   - text: any text.
  ///   - addingSpecialTokens: whether the post-processor's tokens are put around it.
  ///   - specialTokens: where control marks written out in the text become their tokens.
  public func encoding(
    of text: String, addingSpecialTokens: Bool = true, specialTokens: SpecialTokenParsing = .nowhere
  ) -> Encoding {
    var result = Encoding()
    let (model, _) = textModel(specialTokens)
    var tokens = WordTokens(keepsRanges: true)
    var text = text
    text.withUTF8 { bytes in
      AlignedText(original: bytes).withView { whole in
        forEachPart(of: whole, specialTokens) { part in
          switch part {
          case .token(let id, let found):
            result.append(id, found.original(0..<found.count), String(decoding: found.bytes, as: UTF8.self))
          case .words(let words):
            words.forEachPiece { word in
              tokens.removeAll()
              model.encode(word.bytes, into: &tokens)
              for (id, range) in zip(tokens.ids, tokens.ranges) {
                let token =
                  id == model.tokenOfAnyText
                  ? String(decoding: word.bytes[range], as: UTF8.self) : vocabulary.text(of: id) ?? ""
                result.append(id, word.original(range), token)
              }
            }
          }
        }
      }
      postProcessor.process(&result, of: bytes, addingSpecialTokens: addingSpecialTokens)
    }
    return result
  }

  /// The model for what is left of a text when control marks were looked for, and where it remembers words.
  private func textModel(_ parsing: SpecialTokenParsing) -> (any TokenModel, WordCaches) {
    if parsing != .everywhere, let unmarkedModel { return (unmarkedModel, unmarkedWordCaches) }
    return (model, wordCaches)
  }

  /// A part of a text: a token found in it, with the text it was found as, or words for the model.
  private enum Part {
    case token(Int32, TextView)
    case words(WordBatch)
  }

  /// Takes a text through all stages before the model.
  private func forEachPart(
    of text: TextView, _ parsing: SpecialTokenParsing, _ body: (Part) -> Void
  ) {
    addedTokens.split(text, isNormalized: false, parsing: parsing) { part in
      switch part {
      case .token(let id, let found): body(.token(id, found))
      case .text(let text):
        normalizers.withNormalized(text) { normalized in
          addedTokens.split(normalized, isNormalized: true, parsing: parsing) { part in
            switch part {
            case .token(let id, let found): body(.token(id, found))
            case .text(let text): preTokenizers.split(text) { body(.words($0)) }
            }
          }
        }
      }
    }
  }
}

extension Encoding {
  /// Adds a token.
  mutating func append(_ id: Int32, _ offsets: Range<Int>, _ token: String) {
    ids.append(id)
    self.offsets.append(offsets)
    tokens.append(token)
  }
}
