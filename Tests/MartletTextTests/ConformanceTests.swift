import MartletText
import Testing

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

  private func expectStreamed(_ ids: [Int32], by tokenizer: Tokenizer, equals text: String) {
    var stream = TokenStream(tokenizer)
    var streamed = ""
    // Special tokens add nothing and must not count as the first piece.
    for id in ids { streamed += stream.push(id) }
    streamed += stream.finish()
    #expect(Array(streamed.utf8) == Array(text.utf8))
  }
}
