/// A model that makes no control mark of plain text.
///
/// A vocabulary may hold its special tokens as pieces like any other, `</s>` in a Unigram model say, and the model then
/// finds them wherever a text spells them: a message could end its own turn. Where this happens the mark is taken apart
/// into its characters. `tokenizers` lets it stand, with `encode_special_tokens` too.
struct UnmarkedModel: TokenModel {
  private let model: any TokenModel
  /// Of each id, whether text must not become it.
  private let isMark: [Bool]
  private let unknown: Int32?

  /// - Parameters:
  ///   - marks: the special tokens and their texts.
  ///   - unknown: the token of what the model lacks, which is a special one too, but no mark.
  /// - Returns: nil when the model makes none of the marks of its own text.
  init?(_ model: any TokenModel, marks: [(id: Int32, texts: [[UInt8]])], unknown: Int32?, count: Int) {
    var isMark = [Bool](repeating: false, count: count)
    var makesAny = false
    for (id, texts) in marks where id != unknown {
      isMark[Int(id)] = true
      for text in texts where !text.isEmpty {
        var tokens = WordTokens()
        text.withUnsafeBufferPointer { model.encode($0, into: &tokens) }
        makesAny = makesAny || tokens.ids.contains(id)
      }
    }
    guard makesAny else { return nil }
    (self.model, self.isMark, self.unknown) = (model, isMark, unknown)
  }

  var isCostly: Bool { model.isCostly }
  var tokenOfAnyText: Int32? { model.tokenOfAnyText }
  var takesBytes: Bool { model.takesBytes }

  func encode(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout WordTokens) {
    let before = tokens.ids.count
    model.encode(word, into: &tokens)
    guard tokens.ids[before...].contains(where: { isMark[Int($0)] }) else { return }
    tokens.removeLast(tokens.ids.count - before)
    var found = WordTokens(keepsRanges: true)
    model.encode(word, into: &found)
    for (id, range) in zip(found.ids, found.ranges) {
      if isMark[Int(id)] {
        encodeCharacters(of: word, range, into: &tokens)
      } else {
        tokens.append(id, range)
      }
    }
  }

  private func encodeCharacters(
    of word: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, into tokens: inout WordTokens
  ) {
    var place = range.lowerBound
    while place < range.upperBound {
      let length = min((word.baseAddress! + place).scalarLength, range.upperBound - place)
      var parts = WordTokens(keepsRanges: true)
      model.encode(UnsafeBufferPointer(rebasing: word[place..<(place + length)]), into: &parts)
      for (id, part) in zip(parts.ids, parts.ranges) {
        // A mark of one character has nothing to be taken apart into.
        guard let id = isMark[Int(id)] ? unknown : id else { continue }
        tokens.append(id, (place + part.lowerBound)..<(place + part.upperBound))
      }
      place += length
    }
  }
}
