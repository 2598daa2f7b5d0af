import MartletText
import Testing

/// Tokenizers trained here are those that `tokenizers` makes of the same text, byte for byte, and give its ids.
struct GoldenTokenizerTests {
  static let kinds = ["characters", "words", "bytes", "bpe"]

  static func sample() throws -> String { try FileSystem.readText(TestFiles.golden("sample.txt")) }

  static func trained(_ kind: String) throws -> Tokenizer {
    let sizes = ["words": "words:200", "bpe": "bpe:600"]
    return try TokenizerSpecification(sizes[kind] ?? kind).makeTokenizer(trainingOn: [try sample()])
  }

  @Test(arguments: kinds) func writesTheFileOfTheLibrary(kind: String) throws {
    let tokenizer = try Self.trained(kind)
    try TestFiles.withTemporaryDirectory { directory in
      try tokenizer.save(to: directory)
      let written = try FileSystem.readText("\(directory)/tokenizer.json")
      let expected = try FileSystem.readText(TestFiles.golden("sample/\(kind).json"))
      #expect(Array(written.utf8) == Array(expected.utf8))
      let configuration = try JSONReader(file: "\(directory)/tokenizer_config.json")
      #expect(try configuration.required("eos_token") == "<|endoftext|>")
      #expect(try configuration.required("tokenizer_class") == "PreTrainedTokenizerFast")

      let loaded = try Tokenizer(contentsOf: directory)
      #expect(loaded.vocabularySize == tokenizer.vocabularySize)
      #expect(loaded.endOfText == tokenizer.endOfText && tokenizer.endOfText != nil)
      #expect(loaded.beginOfText == nil)
      #expect(loaded.unknown == tokenizer.unknown)
      #expect((tokenizer.unknown != nil) == (kind == "characters" || kind == "words"))
    }
  }

  @Test(arguments: kinds + ["pipeline"]) func givesTheIdsOfTheLibrary(kind: String) throws {
    let tokenizer =
      kind == "pipeline"
      ? try Tokenizer(contentsOf: TestFiles.golden("pipeline.json")) : try Self.trained(kind)
    let cases = try JSONReader(file: TestFiles.golden("cases.json")).reader(kind)
    for known in try cases.readers("encoded") {
      let text: String = try known.required("text")
      let ids = try known.required("ids", as: [Int].self).map { Int32($0) }
      #expect(tokenizer.encode(text) == ids, "\(text.debugDescription)")
      let parsed = try known.optional("parsed", as: [Int].self).map { $0.map { Int32($0) } } ?? ids
      #expect(tokenizer.encode(text, parsingSpecialTokens: true) == parsed, "\(text.debugDescription)")
      let decoded: String = try known.required("decoded")
      #expect(Array(tokenizer.decode(ids).utf8) == Array(decoded.utf8), "\(text.debugDescription)")
    }
    for known in try cases.readers("decoded") {
      let ids = try known.required("ids", as: [Int].self).map { Int32($0) }
      let text: String = try known.required("text")
      let withSpecial: String = try known.required("with_special")
      #expect(Array(tokenizer.decode(ids).utf8) == Array(text.utf8), "\(ids)")
      let decoded = tokenizer.decode(ids, skippingSpecialTokens: false)
      #expect(Array(decoded.utf8) == Array(withSpecial.utf8), "\(ids)")
    }
  }

  /// Real text of a megabyte: the same merges in the same order, and the same ids.
  @Test(arguments: [1024, 4096]) func shakespeare(size: Int) throws {
    guard let file = TestFiles.conformance("text/tinyshakespeare.txt") else { return }
    let text = try FileSystem.readText(file)
    let tokenizer = try Tokenizer.bytePairs(size: size, trainingOn: [text])
    let golden = try FileSystem.readText(TestFiles.golden("shakespeare-merges.txt"))
    let expected = golden.split(separator: "\n").prefix(size - 257)
    let tokens = (Int32(257)..<Int32(size)).map { tokenizer.token(of: $0) }
    #expect(expected.map { $0.filter { $0 != " " } } == tokens)
    try TestFiles.withTemporaryDirectory { directory in
      try tokenizer.save(to: directory)
      let merges = try #require(try JSON(file: "\(directory)/tokenizer.json")["model"]?["merges"]?.array)
      let written = merges.map { "\($0[0]?.string ?? "") \($0[1]?.string ?? "")" }
      #expect(written == expected.map(String.init))
    }
    let figures = try JSONReader(file: TestFiles.golden("shakespeare.json")).reader("\(size)")
    let ids = tokenizer.encode(text)
    #expect(ids.count == (try figures.required("ids")))
    // FNV-1a over the ids as 32-bit words.
    let checksum = ids.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let digits = String(checksum, radix: 16)
    #expect(String(repeating: "0", count: 16 - digits.count) + digits == (try figures.required("checksum")))
    #expect(tokenizer.decode(ids) == text)
  }
}
