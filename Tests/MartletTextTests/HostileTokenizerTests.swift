import MartletText
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Damaged and unsupported tokenizer files get one clear sentence.
struct HostileTokenizerTests {
  private func message(_ definition: String, configuration: String? = nil) throws -> String {
    var message = "no error"
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(definition, to: "\(directory)/tokenizer.json")
      if let configuration {
        try FileSystem.write(configuration, to: "\(directory)/tokenizer_config.json")
      }
      message = errorMessage { _ = try Tokenizer(contentsOf: directory) }
        .replacing("\(directory)/", with: "")
    }
    return message
  }

  private func bytePairs(_ vocabulary: String, merges: String = "[]", more: String = "") -> String {
    #"{"model": {"type": "BPE", "vocab": \#(vocabulary), "merges": \#(merges)}\#(more)}"#
  }

  @Test func missingFiles() throws {
    try TestFiles.withTemporaryDirectory { directory in
      #expect(
        throws: MartletError("\(directory) holds no tokenizer.json; name a directory or file that does")
      ) {
        try Tokenizer(contentsOf: directory)
      }
      #expect(throws: MartletError("cannot read \(directory)/none: it does not exist; check the path")) {
        try Tokenizer(contentsOf: "\(directory)/none")
      }
    }
  }

  @Test(arguments: [
    ("", "tokenizer.json is empty"),
    ("{\"model\": {", "the text ends"),
    ("[]", "expected an object, found an array"),
    ("{}", "the key \"model\" is missing"),
    (#"{"model": {"type": "BPE", "merges": []}}"#, "the key \"model.vocab\" is missing"),
    (#"{"model": {"type": "BPE", "vocab": {"a": 0}}}"#, "the key \"model.merges\" is missing"),
    (#"{"model": {"type": "BPE", "vocab": [], "merges": []}}"#, "\"model.vocab\" must be an object"),
    (
      #"{"model": {"type": "Odd", "vocab": {"a": 0}}}"#,
      "the model \"Odd\" (at \"model\") is not supported"
    ),
    (#"{"model": {"type": "WordLevel", "vocab": {"a": 0}}}"#, "\"model.unk_token\" is missing"),
    (
      #"{"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "u"}}"#,
      "\"model.unk_token\" must be a token of the vocabulary, found \"u\""
    ),
  ])
  func damagedFiles(definition: String, expected: String) throws {
    #expect(try message(definition).contains(expected))
  }

  @Test func damagedVocabularies() throws {
    #expect(try message(bytePairs("{}")).contains("the vocabulary has no tokens"))
    #expect(try message(bytePairs(#"{"a": "0"}"#)).contains("\"model.vocab.a\" must be a token id"))
    #expect(try message(bytePairs(#"{"a": 0.5}"#)).contains("\"model.vocab.a\" must be a token id"))
    #expect(try message(bytePairs(#"{"a": -1}"#)).contains("has the id -1, which is out of range"))
    #expect(try message(bytePairs(#"{"a": 4294967296}"#)).contains("out of range"))
    #expect(try message(bytePairs(#"{"a": 9223372036854775807}"#)).contains("out of range"))
    // Gaps do not add up to more memory than any vocabulary needs.
    #expect(try message(bytePairs(#"{"a": 1000000}"#)) == "no error")
    #expect(
      try message(bytePairs(#"{"a": 1000000, "b": 2000000}"#)).contains(
        "\"b\" has the id 2000000, which is out"))
    #expect(
      try message(bytePairs(#"{"a": 0, "b": 0}"#)).contains(
        "the id 0 is given to two tokens, \"a\" and \"b\""))
    #expect(try message(bytePairs(#"{"a": 0, "a": 1}"#)).contains("the key \"a\" stands twice"))
    #expect(try message(bytePairs("{\"é\": 0, \"e\u{301}\": 1}")) == "no error")
  }

  @Test func damagedMerges() throws {
    let vocabulary = #"{"a": 0, "b": 1, "ab": 2}"#
    #expect(try message(bytePairs(vocabulary, merges: #"["a b"]"#)) == "no error")
    #expect(try message(bytePairs(vocabulary, merges: #"[["a", "b"]]"#)) == "no error")
    #expect(
      try message(bytePairs(vocabulary, merges: #"["a b", "a c"]"#))
        .contains("\"model.merges[1]\" names \"c\", which is not in the vocabulary"))
    #expect(try message(bytePairs(vocabulary, merges: #"["b a"]"#)).contains("names \"ba\""))
    for bad in [#""ab""#, #""a b c""#, #"" b""#, #"["a"]"#, "[1, 2]", "{}", "7"] {
      #expect(
        try message(bytePairs(vocabulary, merges: "[\(bad)]")).contains(
          "\"model.merges[0]\" must be two tokens"), "\(bad)")
    }
  }

  @Test func damagedAddedTokens() throws {
    let vocabulary = #"{"a": 0, "b": 1}"#
    func added(_ token: String) -> String { bytePairs(vocabulary, more: #", "added_tokens": [\#(token)]"#) }
    #expect(try message(added(#"{"id": 2, "content": "x"}"#)) == "no error")
    #expect(
      try message(added(#"{"id": 1, "content": "a"}"#)).contains("the token \"a\" has two ids, 0 and 1"))
    #expect(try message(added(#"{"id": 1, "content": "x"}"#)).contains("the id 1 is given to two tokens"))
    #expect(try message(added(#"{"content": "x"}"#)).contains("\"added_tokens[0].id\" is missing"))
    #expect(try message(added(#"{"id": 4294967296, "content": "x"}"#)).contains("out of range"))
    #expect(try message(added(#"{"id": 0, "content": ""}"#)).contains("the id 0 is given to two tokens"))
  }

  @Test func unsupportedPartsAreNamed() throws {
    func part(_ key: String, _ value: String) -> String {
      bytePairs(#"{"a": 0}"#, more: #", "\#(key)": \#(value)"#)
    }
    let cases = [
      ("normalizer", #"{"type": "Odd"}"#, "the normalizer \"Odd\" (at \"normalizer\")"),
      (
        "normalizer", #"{"type": "Sequence", "normalizers": [{"type": "Odd"}]}"#,
        "the normalizer \"Odd\" (at \"normalizer.normalizers[0]\")"
      ),
      ("pre_tokenizer", #"{"type": "UnicodeScripts"}"#, "the pre-tokenizer \"UnicodeScripts\""),
      ("post_processor", #"{"type": "Odd"}"#, "the post-processor \"Odd\""),
      ("decoder", #"{"type": "Odd"}"#, "the decoder \"Odd\""),
    ]
    for (key, value, expected) in cases {
      let message = try message(part(key, value))
      #expect(message == "tokenizer.json: \(expected) is not supported" || message.contains(expected))
      #expect(message.hasSuffix("is not supported"))
    }
    #expect(
      try message(#"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.1}}"#)
        .contains("a BPE model with \"dropout\" (at \"model\") is not supported"))
    let template =
      #"{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x"}}, {"Sequence": {}}], "#
    #expect(
      try message(part("post_processor", template + #""special_tokens": {"x": {"ids": [9]}}}"#))
        .contains("the post-processor adds the id 9"))
    #expect(
      try message(part("post_processor", template + #""special_tokens": {}}"#))
        .contains("\"post_processor.special_tokens.x\" is missing"))
  }

  @Test func damagedConfiguration() throws {
    let good = bytePairs(#"{"a": 0}"#)
    #expect(try message(good, configuration: "{").hasPrefix("tokenizer_config.json is not valid JSON"))
    #expect(
      try message(good, configuration: "[]") == "tokenizer_config.json: expected an object, found an array")
    #expect(try message(good, configuration: #"{"eos_token": "none", "bos_token": 5}"#) == "no error")
  }

  @Test func idsOutOfRange() throws {
    let tokenizer = Tokenizer.bytes()
    #expect(tokenizer.decode([72, -1, 257, Int32.max, Int32.min, 105]) == "Hi")
    #expect(tokenizer.token(of: -1) == nil && tokenizer.token(of: 257) == nil)
    #expect(tokenizer.bytes(of: 257) == [] && !tokenizer.isSpecial(257) && !tokenizer.isSpecial(-1))
    try tokenizer.checkIDs([0, 256])
    #expect(
      throws: MartletError("the id 257 at place 1 is not in the vocabulary, whose ids go from 0 to 256")
    ) {
      try tokenizer.checkIDs([0, 257])
    }
    #expect(throws: MartletError.self) { try tokenizer.checkIDs([-1]) }
    #expect(throws: MartletError.self) { try tokenizer.checkIDs([Int.max]) }
  }

  @Test func emptyTraining() {
    for specification in [TokenizerSpecification.characters, .words(size: 10), .bytePairs(size: 300)] {
      for texts in [[], [""], ["", ""]] {
        #expect(throws: MartletError("the training text is empty; give a text with at least one character")) {
          try specification.makeTokenizer(trainingOn: texts)
        }
      }
    }
    #expect(throws: MartletError.self) { try Tokenizer.bytePairs(size: 256, trainingOn: ["a"]) }
    #expect(throws: MartletError.self) { try Tokenizer.words(size: 2, trainingOn: ["a"]) }
  }

  /// A file too large to describe anything is refused before it is read; it has no blocks on the disk.
  @Test(arguments: ["tokenizer.json", "tokenizer.model", "x.tiktoken"]) func hugeFiles(name: String) throws {
    try TestFiles.withTemporaryDirectory { directory in
      let path = "\(directory)/\(name)"
      try FileSystem.write("{ ", to: path)
      try #require(truncate(path, 40 << 30) == 0)
      let message = errorMessage { _ = try Tokenizer(contentsOf: path) }
      #expect(message.contains("42949672960 bytes"), "\(message)")
    }
  }
}
