extension Tokenizer {
  /// One token a Unicode scalar: those of the texts in order, after `<|endoftext|>` (0) and `<unk>` (1).
  ///
  /// - Throws: when the texts are empty.
  public static func characters(trainingOn texts: some Sequence<String>) throws(MartletError) -> Tokenizer {
    var isSeen = [Bool](repeating: false, count: 0x110000)
    for text in texts {
      for scalar in text.unicodeScalars { isSeen[Int(scalar.value)] = true }
    }
    var tokens = [SpecialTokens.usualEndOfText, SpecialTokens.usualUnknown]
    for (value, isSeen) in isSeen.enumerated() where isSeen {
      tokens.append(String(Unicode.Scalar(UInt32(value))!))
    }
    if tokens.count == 2 { throw emptyTraining }
    // Byte-pair encoding without any merge leaves every character alone.
    return try trained(
      model: bytePairModel(tokens, merges: [], unknown: SpecialTokens.usualUnknown), preTokenizer: .null,
      decoder: ["type": "Fuse"], special: Array(tokens[..<2]))
  }

  /// One token a word: the most frequent words of the texts, after `<|endoftext|>` (0) and `<unk>` (1).
  ///
  /// A word is a run of letters, marks and digits with apostrophes inside; anything else stands alone, scalar
  /// by scalar, so that decoding gives spaces and lines back. Of equally frequent words those whose bytes come
  /// first in order are kept.
  ///
  /// - Parameter size: the largest size of the vocabulary, special tokens included; at least 3.
  /// - Throws: when the texts are empty or `size` is too small.
  public static func words(size: Int, trainingOn texts: some Sequence<String>) throws(MartletError)
    -> Tokenizer
  {
    guard size >= 3 else {
      throw MartletError("a vocabulary of words needs a size of at least 3, found \(size)")
    }
    let pattern = WordPattern()
    let counts = WordCounts(texts, pattern: pattern)
    if counts.words.count == 0 { throw emptyTraining }
    let byFrequency = (0..<counts.words.count).sorted { left, right in
      counts.counts[left] != counts.counts[right]
        ? counts.counts[left] > counts.counts[right]
        : counts.words[left].lexicographicallyPrecedes(counts.words[right])
    }
    let special = [SpecialTokens.usualEndOfText, SpecialTokens.usualUnknown]
    let words = byFrequency.prefix(size - 2).map { String(decoding: counts.words[$0], as: UTF8.self) }
    let model: JSON = [
      "type": "WordLevel", "vocab": vocabularyObject(special + words),
      "unk_token": .string(SpecialTokens.usualUnknown),
    ]
    let split: JSON = [
      "type": "Split", "pattern": ["Regex": .string(pattern.expression)], "behavior": "Isolated",
      "invert": false,
    ]
    return try trained(model: model, preTokenizer: split, decoder: ["type": "Fuse"], special: special)
  }

  /// One token a byte, whose id is the byte, and `<|endoftext|>` (256).
  public static func bytes() -> Tokenizer {
    let tokens = ByteAlphabet.scalars.map { String($0) } + [SpecialTokens.usualEndOfText]
    do {
      return try trained(
        model: bytePairModel(tokens, merges: [], unknown: nil),
        preTokenizer: byteLevel(addsPrefixSpace: false, usesPattern: false),
        decoder: byteLevel(addsPrefixSpace: true, usesPattern: true), special: [SpecialTokens.usualEndOfText])
    } catch {
      preconditionFailure("Tokenizer.bytes: \(error)")
    }
  }

  /// GPT-2's byte-level byte-pair encoding: `<|endoftext|>` (0), the 256 bytes, then a token for each merge
  /// learned from the texts.
  ///
  /// The merges are those of `tokenizers`' `BpeTrainer` with `initial_alphabet=ByteLevel.alphabet()`, in the
  /// same order. Each text is taken whole (`train_from_iterator`), not line by line.
  ///
  /// - Parameter size: the size of the vocabulary, at least 257. It stays smaller when the texts have no more
  ///   pairs to merge.
  /// - Throws: when the texts are empty or `size` is too small.
  public static func bytePairs(
    size: Int, trainingOn texts: some Sequence<String>
  ) throws(MartletError) -> Tokenizer {
    guard size >= 257 else {
      throw MartletError(
        "byte-pair encoding needs a size of at least 257 (256 bytes and the end of text), found \(size)")
    }
    let counts = WordCounts(texts, pattern: GPT2Pattern())
    if counts.words.count == 0 { throw emptyTraining }
    let trainer = BytePairTrainer(counts, firstID: 1)
    trainer.train(vocabularySize: size)
    let texts = trainer.tokens.map { ByteAlphabet.text(of: $0) }
    let merges: [JSON] = trainer.merges.map { left, right in
      [.string(texts[Int(left) - 1]), .string(texts[Int(right) - 1])]
    }
    return try trained(
      model: bytePairModel([SpecialTokens.usualEndOfText] + texts, merges: merges, unknown: nil),
      preTokenizer: byteLevel(addsPrefixSpace: false, usesPattern: true),
      decoder: byteLevel(addsPrefixSpace: true, usesPattern: true), special: [SpecialTokens.usualEndOfText])
  }

  private static var emptyTraining: MartletError {
    MartletError("the training text is empty; give a text with at least one character")
  }

  private static func trained(
    model: JSON, preTokenizer: JSON, decoder: JSON, special: [String]
  ) throws(MartletError) -> Tokenizer {
    let added: [JSON] = special.map { token in
      [
        "id": model["vocab"]?[token] ?? .null, "content": .string(token), "single_word": false,
        "lstrip": false,
        "rstrip": false, "normalized": false, "special": true,
      ]
    }
    let definition: JSON = [
      "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": .array(added), "normalizer": nil,
      "pre_tokenizer": preTokenizer, "post_processor": nil, "decoder": decoder, "model": model,
    ]
    return try Tokenizer(definition: definition, configuration: .null, file: "the trained tokenizer")
  }

  private static func vocabularyObject(_ tokens: [String]) -> JSON {
    .object(JSONObject(tokens.enumerated().map { ($1, .integer($0)) }))
  }

  private static func bytePairModel(_ tokens: [String], merges: [JSON], unknown: String?) -> JSON {
    [
      "type": "BPE", "dropout": nil, "unk_token": unknown.map(JSON.string) ?? .null,
      "continuing_subword_prefix": nil, "end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": false,
      "ignore_merges": false, "vocab": vocabularyObject(tokens), "merges": .array(merges),
    ]
  }

  private static func byteLevel(addsPrefixSpace: Bool, usesPattern: Bool) -> JSON {
    [
      "type": "ByteLevel", "add_prefix_space": .bool(addsPrefixSpace), "trim_offsets": true,
      "use_regex": .bool(usesPattern),
    ]
  }
}
