/// A conversation as a template wrote it.
public struct RenderedTemplate: Sendable {
  /// What the model sees.
  public let text: String
  /// The bytes inside `generation` blocks, which are the assistant's, in ascending ranges.
  public let generated: [Range<Int>]
  /// The bytes that the template itself wrote, as opposed to those that came with the data, in ascending ranges.
  public let trusted: [Range<Int>]
  /// Whether the template says what is the assistant's at all.
  public let hasGenerationBlocks: Bool

  init(_ text: TracedText, hasGenerationBlocks: Bool) {
    self.text = text.string
    generated = text.ranges(of: .generation)
    var trusted: [Range<Int>] = []
    var start = 0
    for range in text.ranges(of: .data) + [text.count..<text.count] {
      if range.lowerBound > start { trusted.append(start..<range.lowerBound) }
      start = range.upperBound
    }
    self.trusted = trusted
    self.hasGenerationBlocks = hasGenerationBlocks
  }

  /// The tokens of the text, and which of them are the assistant's.
  ///
  /// Nothing is put around the text: the template has written all the marks it wants. Marks in the data, such as
  /// `<|im_end|>` in a message, are text, so that no message can end its turn or begin another's.
  ///
  /// - Parameter parsingSpecialTokens: whether marks in the data are tokens all the same, as in `transformers`.
  /// - Returns: the assistant's are the tokens from the first to the last that have a byte in one of the ranges of
  ///   ``generated``.
  public func encoded(
    by tokenizer: Tokenizer, parsingSpecialTokens: Bool = false
  ) -> (encoding: Encoding, assistantMask: [Bool]) {
    let encoding = tokenizer.encoding(
      of: text, addingSpecialTokens: false,
      specialTokens: parsingSpecialTokens ? .everywhere : .within(trusted))
    return (encoding, encoding.mask(of: generated))
  }
}

extension Encoding {
  /// For each token whether it is from the first to the last that have a byte in one of some ranges.
  ///
  /// The offsets ascend, but for those of spaces that a post-processor has trimmed away: they are empty, and lie between
  /// others.
  ///
  /// - Parameter ranges: of the text's bytes, ascending.
  package func mask(of ranges: [Range<Int>]) -> [Bool] {
    var mask = [Bool](repeating: false, count: offsets.count)
    var first = 0
    for range in ranges {
      while first < offsets.count, offsets[first].isEmpty || offsets[first].upperBound <= range.lowerBound {
        first += 1
      }
      var last: Int?
      var place = first
      while place < offsets.count, offsets[place].isEmpty || offsets[place].lowerBound < range.upperBound {
        if !offsets[place].isEmpty { last = place }
        place += 1
      }
      if let last { for token in first...last { mask[token] = true } }
    }
    return mask
  }
}

extension Tokenizer {
  /// The variables that templates have for special tokens: `bos_token` and its like, as `tokenizer_config.json` names
  /// them.
  package var templateTokens: JSONObject {
    var tokens = JSONObject()
    for kind in ["bos", "eos", "unk", "sep", "pad", "cls", "mask"] {
      let key = kind + "_token"
      // Either the text itself or an object with the text and how it is matched.
      let named = configuration[key]?.string ?? configuration[key]?["content"]?.string
      let found = kind == "bos" ? beginOfText : kind == "eos" ? endOfText : kind == "unk" ? unknown : nil
      if let text = named ?? found.flatMap(token(of:)) { tokens.append(key, .string(text)) }
    }
    // Marks of a model's own, such as that of an image, have names of their own.
    for (key, value) in configuration["extra_special_tokens"]?.object ?? [:] {
      if let text = value.string ?? value["content"]?.string { tokens.append(key, .string(text)) }
    }
    return tokens
  }
}
