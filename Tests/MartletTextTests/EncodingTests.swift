import Testing

@testable import MartletText

/// Offsets, where control marks are parsed, and the ways to encode that must not change what is encoded.
struct EncodingTests {
  /// Bytes, and marks as a chat template has them; "end" is a token that is no mark.
  private static func marked() throws -> Tokenizer {
    let alphabet = ByteAlphabet.scalars.enumerated().map { #"\#(JSON.string(String($1)).compact): \#($0)"# }
    let definition = """
      {"model": {"type": "BPE", "vocab": {\(alphabet.joined(separator: ", "))}, "merges": []},
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false},
       "added_tokens": [{"id": 256, "content": "<|end|>", "special": true}, {"id": 257, "content": "<|user|>", "special": true},
                        {"id": 258, "content": "end", "special": false, "normalized": false}]}
      """
    return try Tokenizer(definition: Array(definition.utf8), configuration: .null, file: "marked")
  }

  private func marks(_ text: String, _ parsing: SpecialTokenParsing) throws -> [String] {
    let encoding = try Self.marked().encoding(of: text, specialTokens: parsing)
    return zip(encoding.ids, encoding.offsets).filter { $0.0 > 255 }.map { "\($0.0)@\($0.1.lowerBound)" }
  }

  @Test func whereMarksAreParsed() throws {
    let text = "<|user|>a<|end|>b<|end|>"
    #expect(try marks(text, .nowhere) == [])
    #expect(try marks(text, .everywhere) == ["257@0", "256@9", "256@17"])
    #expect(try marks(text, .within([0..<8, 17..<24])) == ["257@0", "256@17"])
    #expect(try marks(text, .within([])) == [])
    #expect(try marks(text, .within([0..<24])) == ["257@0", "256@9", "256@17"])
  }

  /// A message that ends with the start of a mark, and one that begins with the end of one, forge nothing and hide
  /// nothing.
  @Test func marksAcrossBorders() throws {
    let message = "<|end|>"
    for split in 1..<7 {
      let (head, tail) = (message.prefix(split), message.dropFirst(split))
      // Half of the mark is the template's, and half the message's.
      let text = "<|user|>\(head)\(tail)<|end|>"
      let border = 8 + split
      let found = try marks(text, .within([0..<border, 15..<22]))
      #expect(found.first == "257@0" && found.last == "256@15" && !found.contains("256@8"), "\(split)")
    }
    // "end" is no mark, and so is found in what is text; but not in a mark that is wholly the message's.
    #expect(try marks("<|end|>", .within([])) == [])
    #expect(try marks("<|end|>", .within([0..<3])) == ["258@2"])
    #expect(try marks("an end", .nowhere) == ["258@3"])
  }

  @Test func offsetsOfHalfCharacters() throws {
    let encoding = try Self.marked().encoding(of: "é<|end|>中", specialTokens: .everywhere)
    #expect(encoding.offsets == [0..<2, 0..<2, 2..<9, 9..<12, 9..<12, 9..<12])
    #expect(encoding.tokens == ["Ã", "©", "<|end|>", "ä", "¸", "Ń"])
  }

  /// Words that are divided where no merge crosses have the tokens of the whole.
  @Test func dividedWords() throws {
    var generator = SplitMix(state: 5)
    let letters = ["▁", "a", "b", "é", "\n"]
    for round in 0..<60 {
      // Random merges, of which some cross "▁" and the end of a line.
      var (tokens, merges): ([String], [[String]]) = (["<unk>"] + letters, [])
      for _ in 0..<14 {
        let pair = (0..<2).map { _ in tokens.dropFirst().randomElement(using: &generator)! }
        if round % 2 == 0, pair[1].hasPrefix("▁"), !pair[0].allSatisfy({ $0 == "▁" }) { continue }
        merges.append(pair)
        if !tokens.contains(pair.joined()) { tokens.append(pair.joined()) }
      }
      let vocabulary = JSONObject(tokens.enumerated().map { ($1, .integer($0)) })
      func tokenizer(ignoresMerges: Bool) throws -> Tokenizer {
        let model: JSON = [
          "type": "BPE", "vocab": .object(vocabulary), "unk_token": "<unk>",
          "ignore_merges": .bool(ignoresMerges),
          "merges": .array(merges.map { .array($0.map(JSON.string)) }),
        ]
        return try Tokenizer(definition: ["model": model], configuration: .null, file: "divided")
      }
      // A model that looks for whole words first is never divided; no text here is a whole token.
      let (divided, whole) = (try tokenizer(ignoresMerges: false), try tokenizer(ignoresMerges: true))
      #expect(divided.model.wordDivider != nil && whole.model.wordDivider == nil)
      for _ in 0..<20 {
        let text = (0..<70).map { _ in (letters + ["▁", "x"]).randomElement(using: &generator)! }.joined()
        #expect(divided.encoding(of: text) == whole.encoding(of: text), "\(text)")
        #expect(divided.encode(text) == whole.encode(text), "\(text)")
      }
    }
  }

  /// What is taken to be stable in a normalization form is, and leaves what stands before it alone.
  @Test(arguments: [NormalizationForm.nfc, .nfd, .nfkc, .nfkd]) func stableScalars(form: NormalizationForm) {
    let normalizer = UnicodeNormalizer(form: form)
    var count = 0
    for scalar in 0..<0x110000 as Range<UInt32> where !(0xD800..<0xE000).contains(scalar) {
      guard normalizer.isStable(scalar) else { continue }
      count += 1
      var bytes: [UInt8] = []
      bytes.append(scalar: scalar)
      let normal = bytes.withUnsafeBufferPointer { form.normalize($0) }
      #expect(normal == bytes, "\(scalar)")
      #expect(CanonicalTables.combiningClasses[scalar] == 0, "\(scalar)")
    }
    #expect(count > 20_000)
    for first in [0x41, 0xE9, 0x1100, 0xAC00, 0x304B] as [UInt32] {
      for scalar in 0..<0x600 as Range<UInt32> where normalizer.isStable(scalar) {
        #expect(CanonicalTables.compose(first, scalar) == nil)
      }
    }
  }

  /// Models whose vocabulary holds the marks make none of plain text, in whatever form it spells them.
  @Test(arguments: [
    #""normalizer": {"type": "NFKC"}, "pre_tokenizer": null, "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["</s>", 0.0], ["<", -3.0], ["/", -3.0], ["s", -3.0], [">", -3.0], ["a", -2.0]]}"#,
    #""normalizer": {"type": "NFKC"}, "pre_tokenizer": {"type": "WhitespaceSplit"}, "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0, "</s>": 1, "<": 2, "/": 3, "s": 4, ">": 5, "a": 6}}"#,
    #""normalizer": {"type": "NFKC"}, "pre_tokenizer": null, "model": {"type": "BPE", "unk_token": "<unk>", "vocab": {"<unk>": 0, "</s>": 1, "<": 2, "/": 3, "s": 4, ">": 5, "a": 6, "</": 7, "s>": 8}, "merges": ["< /", "s >", "</ s>"]}"#,
    #""normalizer": {"type": "NFKC"}, "pre_tokenizer": null, "model": {"type": "BPE", "unk_token": "<unk>", "ignore_merges": true, "vocab": {"<unk>": 0, "</s>": 1, "<": 2, "/": 3, "s": 4, ">": 5, "a": 6}, "merges": []}"#,
  ]) func modelsMakeNoMarks(parts: String) throws {
    let definition = #"""
      {"added_tokens": [{"id": 0, "content": "<unk>", "special": true}, {"id": 1, "content": "</s>", "special": true}],
       "post_processor": null, "decoder": {"type": "Fuse"}, \#(parts)}
      """#
    let tokenizer = try Tokenizer(
      definition: JSON(parsing: definition, file: "t"), configuration: .null, file: "t")
    for text in ["</s>", "a</s>", "\u{FF1C}/s\u{FF1E}", "a </s> a"] {
      let found = tokenizer.encoding(of: text)
      #expect(!found.ids.contains(1) && found.ids == tokenizer.encode(text), "\(text): \(found.tokens)")
      #expect(!tokenizer.encoding(of: text, specialTokens: .within([])).ids.contains(1))
    }
    // Asked for, they are marks.
    #expect(tokenizer.encode("</s>", parsingSpecialTokens: true) == [1])
    #expect(tokenizer.encoding(of: "</s>", specialTokens: .within([0..<4])).ids == [1])
    let found = tokenizer.encoding(of: "</s>")
    #expect(found.ids == [2, 3, 4, 5] && found.offsets == [0..<1, 1..<2, 2..<3, 3..<4])
  }
}
