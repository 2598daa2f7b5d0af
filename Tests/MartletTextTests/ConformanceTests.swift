import Testing

@testable import MartletText

/// Published tokenizers give the published ids, when the conformance data is there.
struct ConformanceTests {
  @Test func gpt2() throws {
    guard let file = TestFiles.conformance("tokenizers/gpt2/tokenizer.json"),
      let casesFile = TestFiles.conformance("tokenizers/gpt2/cases.json")
    else { return }
    let tokenizer = try Tokenizer(contentsOf: file)
    #expect(tokenizer.vocabularySize == 50257)
    #expect(tokenizer.endOfText == 50256)
    let cases = try #require(try JSON(file: casesFile).array).map(TokenizerCase.init)
    #expect(cases.count == 109)
    for known in cases {
      #expect(tokenizer.encode(known.text) == known.ids, "\(known.text.debugDescription)")
      #expect(Array(tokenizer.decode(known.ids).utf8) == Array(known.text.utf8))
      expectStreamed(known.ids, by: tokenizer, equals: known.text)
    }
  }

  @Test func stories260K() throws {
    guard let directory = TestFiles.conformance("models/stories260K") else { return }
    let tokenizer = try Tokenizer(contentsOf: directory)
    #expect(tokenizer.vocabularySize == 512)
    #expect(tokenizer.beginOfText == 1)
    #expect(tokenizer.endOfText == 2)
    #expect(tokenizer.unknown == 0)
    let file = FileSystem.join(directory, "expected/tokenizer_cases.json")
    let cases = try #require(try JSON(file: file)["cases"]?.array).map(TokenizerCase.init)
    #expect(cases.count == 40)
    for known in cases {
      #expect(tokenizer.encode(known.text) == known.ids, "\(known.text.debugDescription)")
      #expect(Array(tokenizer.decode(known.ids).utf8) == Array(known.text.utf8))
      expectStreamed(known.ids, by: tokenizer, equals: known.text)
    }
  }

  @Test func cl100k() throws {
    guard let file = TestFiles.conformance("tokenizers/cl100k/cl100k_base.tiktoken") else { return }
    let tokenizer = try Tokenizer(contentsOf: file)
    #expect(tokenizer.vocabularySize == 100277)
    #expect(tokenizer.endOfText == 100257)
    try expectCases("tokenizers/cl100k/cases.json", count: 64, by: tokenizer)
    try expectCases("tokenizers/cl100k/cases_reference.json", count: 69, by: tokenizer)
    let encoding = try JSON(file: try #require(TestFiles.conformance("tokenizers/cl100k/encoding.json")))
    for known in try #require(encoding["with_special_allowed"]?.array).map(TokenizerCase.init) {
      #expect(tokenizer.encode(known.text, parsingSpecialTokens: true) == known.ids)
    }
    for (token, id) in try #require(encoding["special_tokens"]?.object) {
      #expect(tokenizer.id(of: token).map { Int($0) } == id.int)
    }
  }

  @Test func mistralV3() throws {
    guard let file = TestFiles.conformance("tokenizers/mistral-v3/tokenizer.model") else { return }
    let tokenizer = try Tokenizer(contentsOf: file)
    #expect(tokenizer.vocabularySize == 32768)
    #expect(tokenizer.beginOfText == 1 && tokenizer.endOfText == 2 && tokenizer.unknown == 0)
    try expectCases("tokenizers/mistral-v3/cases.json", count: 68, by: tokenizer)
    let dialoguesFile = try #require(TestFiles.conformance("tokenizers/mistral-v3/dialogues.json"))
    let dialogues = try #require(try JSON(file: dialoguesFile).array)
    #expect(dialogues.count == 6)
    let controls = try Pattern(#"(?:<s>|</s>|\[/?[A-Z_]+\])▁"#)
    for dialogue in dialogues {
      let reader = try JSONReader(dialogue, file: dialoguesFile)
      // The mark after a control token is the space that is put before each stretch.
      var (written, text, end) = (
        try reader.required("text_with_control_tokens", as: String.self), [UInt8](), 0
      )
      written.withUTF8 { bytes in
        controls.forEachMatch(in: bytes) { match in
          text += bytes[end..<(match.upperBound - 3)]
          end = match.upperBound
        }
        text += bytes[end...]
      }
      let rendered = String(decoding: text, as: UTF8.self).replacing("▁", with: " ").replacing(
        "<0x0A>", with: "\n")
      let ids = try reader.required("ids", as: [Int].self).map { Int32($0) }
      #expect(tokenizer.encode(rendered, parsingSpecialTokens: true) == ids)
      #expect(!tokenizer.encode(rendered).contains(3), "no text can forge a turn")
    }
  }

  @Test func phi3() throws {
    guard let file = TestFiles.conformance("tokenizers/phi-3/ggml-vocab-phi-3.gguf") else { return }
    let tokenizer = try Tokenizer(contentsOf: file)
    #expect(tokenizer.vocabularySize == 32064)
    #expect(tokenizer.beginOfText == 1 && tokenizer.endOfText == 32000 && tokenizer.unknown == 0)
    try expectCases("tokenizers/phi-3/cases.json", count: 46, by: tokenizer)
    // The file asks for the mark of beginning, and its marks swallow the space after them.
    #expect(tokenizer.encode("Hello world") == [1, 15043, 3186])
    #expect(
      tokenizer.encode("<|user|>\nHello<|end|>\n", addingSpecialTokens: false, parsingSpecialTokens: true)
        == [32010, 15043, 32007])
  }

  private func expectCases(_ name: String, count: Int, by tokenizer: Tokenizer) throws {
    let file = try #require(TestFiles.conformance(name))
    let cases = try #require(try JSON(file: file).array).map(TokenizerCase.init)
    #expect(cases.count == count)
    for known in cases {
      #expect(
        tokenizer.encode(known.text, addingSpecialTokens: false) == known.ids,
        "\(known.text.debugDescription)")
      #expect(tokenizer.encoding(of: known.text, addingSpecialTokens: false).ids == known.ids)
      #expect(Array(tokenizer.decode(known.ids).utf8) == Array(known.text.utf8))
      expectStreamed(known.ids, by: tokenizer, equals: known.text)
    }
  }

  private func expectStreamed(_ ids: [Int32], by tokenizer: Tokenizer, equals text: String) {
    var stream = TokenStream(tokenizer)
    var streamed = ""
    // Special tokens add nothing and must not count as the first piece.
    for id in ids { streamed += stream.push(id) }
    streamed += stream.finish()
    #expect(Array(streamed.utf8) == Array(text.utf8))
  }
}
