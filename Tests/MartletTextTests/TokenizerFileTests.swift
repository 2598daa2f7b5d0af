import Testing

@testable import MartletText

/// SentencePiece, tiktoken and GGUF files give the ids and texts of the reference libraries.
struct TokenizerFileTests {
  private static let cases = try? JSON(file: TestFiles.golden("files/cases.json"))

  private static let names = [
    "bpe.model", "bpe_bytes.model", "bpe_user.model", "bpe_suffix.model", "unigram.model",
    "unigram_bytes.model",
    "unigram_user.model", "unigram_rules.model", "ties.model", "ranks.tiktoken r50k", "ranks.tiktoken p50k",
    "ranks.tiktoken cl100k", "ranks.tiktoken o200k", "llama.gguf", "t5.gguf", "gpt2.gguf", "llama3.gguf",
    "bert.gguf",
  ]

  private func tokenizer(_ name: String) throws -> Tokenizer {
    let parts = name.split(separator: " ").map(String.init)
    return try Tokenizer(
      contentsOf: TestFiles.golden("files/\(parts[0])"), encoding: parts.count > 1 ? parts[1] : nil)
  }

  private func ids(_ json: JSON?) -> [Int32] { json?.array?.map { Int32($0.int ?? -1) } ?? [-1] }

  private func streamed(_ ids: [Int32], by tokenizer: Tokenizer) -> String {
    var stream = TokenStream(tokenizer)
    return ids.reduce(into: "") { $0 += stream.push($1) } + stream.finish()
  }

  @Test(arguments: names) func knownIDs(name: String) throws {
    let tokenizer = try tokenizer(name)
    let known = try #require(Self.cases?[name])
    let encoded = try #require(known["encoded"]?.array)
    #expect(encoded.count >= 40)
    for known in encoded {
      let text = try #require(known["text"]?.string)
      let expected = ids(known["ids"])
      #expect(tokenizer.encode(text, addingSpecialTokens: false) == expected, "\(text.debugDescription)")
      let encoding = tokenizer.encoding(of: text, addingSpecialTokens: false)
      #expect(encoding.ids == expected, "\(text.debugDescription)")
      expectSound(encoding, text)
      if let parsed = known["parsed"] {
        #expect(tokenizer.encode(text, addingSpecialTokens: false, parsingSpecialTokens: true) == ids(parsed))
      }
      if let decoded = known["decoded"]?.string {
        #expect(UTF8Key(tokenizer.decode(expected)) == UTF8Key(decoded))
        if !decoded.contains("\u{FFFD}") {
          #expect(UTF8Key(streamed(expected, by: tokenizer)) == UTF8Key(decoded))
        }
      }
    }
    for known in known["decoded"]?.array ?? [] {
      let text = try #require(known["text"]?.string)
      #expect(UTF8Key(tokenizer.decode(ids(known["ids"]))) == UTF8Key(text))
      if !text.contains("\u{FFFD}") {
        #expect(UTF8Key(streamed(ids(known["ids"]), by: tokenizer)) == UTF8Key(text))
      }
    }
    if let around = known["around"] {
      #expect(
        tokenizer.encode("a") == ids(around[0]) + tokenizer.encode("a", addingSpecialTokens: false)
          + ids(around[1]))
    }
  }

  /// Offsets ascend, lie within the text and between its characters.
  private func expectSound(_ encoding: Encoding, _ text: String) {
    let bytes = Array(text.utf8)
    var last = 0
    for offsets in encoding.offsets {
      #expect(offsets.lowerBound >= last && offsets.upperBound <= bytes.count)
      for place in [offsets.lowerBound, offsets.upperBound] where place < bytes.count {
        #expect(bytes[place] & 0xC0 != 0x80)
      }
      last = offsets.lowerBound
    }
  }

  /// What is saved is a `tokenizer.json` that gives the same ids where it can say what the file says.
  @Test(arguments: [
    "bpe_bytes.model", "unigram_bytes.model", "ranks.tiktoken r50k", "ranks.tiktoken cl100k",
    "ranks.tiktoken o200k",
    "llama.gguf", "gpt2.gguf", "llama3.gguf", "bert.gguf",
  ])
  func saved(name: String) throws {
    let tokenizer = try tokenizer(name)
    try TestFiles.withTemporaryDirectory { directory in
      try tokenizer.save(to: directory)
      let again = try Tokenizer(contentsOf: directory)
      #expect(again.vocabularySize == tokenizer.vocabularySize)
      #expect(again.endOfText == tokenizer.endOfText && again.beginOfText == tokenizer.beginOfText)
      for known in try #require(Self.cases?[name]?["encoded"]?.array) {
        let text = try #require(known["text"]?.string)
        // The Unigram of `tokenizers` finds control pieces in texts.
        if name.hasPrefix("unigram"), text.contains("<") { continue }
        #expect(again.encode(text) == tokenizer.encode(text), "\(text.debugDescription)")
        // The space put in front stands for nothing in SentencePiece, and for the first character in `tokenizers`.
        if again.encode(" ", addingSpecialTokens: false).count == 1 {
          #expect(again.encoding(of: text).offsets == tokenizer.encoding(of: text).offsets)
        }
        let ids = tokenizer.encode(text)
        if !ids.contains(tokenizer.unknown ?? -1) { #expect(again.decode(ids) == tokenizer.decode(ids)) }
      }
    }
  }

  @Test func savingWhatCannotBeSaid() throws {
    let tokenizer = try tokenizer("bpe_suffix.model")
    try TestFiles.withTemporaryDirectory { directory in
      #expect(errorMessage { try tokenizer.save(to: directory) }.contains("whose words end with their space"))
    }
  }

  @Test func offsetsOfSpacesAndBytes() throws {
    let tokenizer = try tokenizer("bpe_bytes.model")
    // The space put in front stands for nothing, and each byte for its whole character.
    let encoding = tokenizer.encoding(of: "a 𓀀", addingSpecialTokens: false)
    #expect(encoding.offsets.first == 0..<1 || encoding.offsets.first == 0..<0)
    #expect(encoding.offsets.last == 2..<6)
    let trimmed = try self.tokenizer("bpe.model").encoding(of: "  the  the ", addingSpecialTokens: false)
    #expect(trimmed.offsets.first?.upperBound ?? 0 >= 2 && trimmed.offsets.last?.upperBound == 10)
  }

  @Test func controlPiecesOnlyOnRequest() throws {
    let tokenizer = try tokenizer("bpe_user.model")
    let mask = try #require(tokenizer.id(of: "<mask>"))
    #expect(tokenizer.isSpecial(mask))
    #expect(!tokenizer.encode("a<mask>b").contains(mask))
    #expect(tokenizer.encode("a<mask>b", parsingSpecialTokens: true).contains(mask))
    #expect(tokenizer.encode("x<sep>y").contains(try #require(tokenizer.id(of: "<sep>"))))
  }

  // MARK: Which file

  @Test func directories() throws {
    try TestFiles.withTemporaryDirectory { directory in
      let model = try FileSystem.read(TestFiles.golden("files/bpe.model"))
      let ranks = try FileSystem.read(TestFiles.golden("files/ranks.tiktoken"))
      try FileSystem.write(ranks, to: "\(directory)/r50k_base.tiktoken")
      #expect(try Tokenizer(contentsOf: directory).endOfText == 50256)
      try FileSystem.write(ranks, to: "\(directory)/other.tiktoken")
      #expect(
        errorMessage { _ = try Tokenizer(contentsOf: directory) }
          == "\(directory) holds 2 tiktoken files; name one of them")
      #expect(
        errorMessage { _ = try Tokenizer(contentsOf: "\(directory)/other.tiktoken") }
          == "\(directory)/other.tiktoken holds only tokens and ranks; name its encoding: cl100k, o200k, p50k, r50k"
      )
      #expect(
        errorMessage { _ = try Tokenizer(contentsOf: "\(directory)/other.tiktoken", encoding: "gpt9") }
          == "the encoding \"gpt9\" is not known; use one of cl100k, o200k, p50k, r50k")
      // Names mislead: the content decides.
      try FileSystem.write(model, to: "\(directory)/model.json")
      #expect(try Tokenizer(contentsOf: "\(directory)/model.json").vocabularySize == 720)
      try FileSystem.write(model, to: "\(directory)/tokenizer.model")
      #expect(try Tokenizer(contentsOf: directory).vocabularySize == 720)
      #expect(
        errorMessage { _ = try Tokenizer(contentsOf: directory, encoding: "r50k") }.contains(
          "is no tiktoken file"))
      try Tokenizer.bytes().save(to: directory)
      #expect(try Tokenizer(contentsOf: directory).vocabularySize == 257)
    }
  }

  @Test func marksThatAConfigurationAsksFor() throws {
    try TestFiles.withTemporaryDirectory { directory in
      let model = try FileSystem.read(TestFiles.golden("files/bpe.model"))
      try FileSystem.write(model, to: "\(directory)/tokenizer.model")
      let plain = try Tokenizer(contentsOf: directory)
      #expect(plain.beginOfText == 1 && plain.endOfText == 2 && plain.unknown == 0)
      let configuration =
        #"{"bos_token": "<s>", "eos_token": {"content": "</s>"}, "add_bos_token": true, "add_eos_token": true}"#
      try FileSystem.write(configuration, to: "\(directory)/tokenizer_config.json")
      let tokenizer = try Tokenizer(contentsOf: directory)
      #expect(tokenizer.encode("the") == [1] + plain.encode("the") + [2])
      #expect(tokenizer.encode("the", addingSpecialTokens: false) == plain.encode("the"))
      // What transformers adds when the configuration doesn't say.
      for (name, before, after) in [("LlamaTokenizer", [1], []), ("T5TokenizerFast", [], [2])]
        as [(String, [Int32], [Int32])]
      {
        try FileSystem.write(
          #"{"bos_token": "<s>", "eos_token": "</s>", "tokenizer_class": "\#(name)"}"#,
          to: "\(directory)/tokenizer_config.json")
        #expect(try Tokenizer(contentsOf: directory).encode("the") == before + plain.encode("the") + after)
      }
      try FileSystem.write(
        #"{"bos_token": "<none>", "add_bos_token": true}"#, to: "\(directory)/tokenizer_config.json")
      #expect(
        errorMessage { _ = try Tokenizer(contentsOf: directory) }.hasSuffix(
          "\"add_bos_token\" asks for the token \"<none>\", which is not in the vocabulary"))
    }
  }
}
