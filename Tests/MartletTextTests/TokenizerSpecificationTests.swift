import MartletText
import Testing

struct TokenizerSpecificationTests {
  @Test func kinds() throws {
    #expect(try TokenizerSpecification("characters") == .characters)
    #expect(try TokenizerSpecification("bytes") == .bytes)
    #expect(try TokenizerSpecification("words") == .words(size: 10_000))
    #expect(try TokenizerSpecification("words:50") == .words(size: 50))
    #expect(try TokenizerSpecification("bpe:4096") == .bytePairs(size: 4096))
    let path = TestFiles.golden("pipeline.json")
    #expect(try TokenizerSpecification(path) == .path(path))
    for text in ["characters", "bytes", "words:50", "bpe:4096", path] {
      #expect(try TokenizerSpecification(text).description == text)
    }
    #expect(try TokenizerSpecification(path).makeTokenizer(trainingOn: []).vocabularySize == 279 + 1)
  }

  @Test(arguments: [
    ("bpe", "needs a size from 257 to 10000000, found no size"), ("bpe:", "found no size"),
    ("bpe:many", "found \"many\""), ("bpe:256", "found \"256\""), ("words:2", "needs a size from 3"),
    ("words:-1", "found \"-1\""), ("bytes:3", "takes no size"), ("characters:9", "takes no size"),
    ("charcters", "expected characters, words, words:SIZE, bytes, bpe:SIZE, or a path"),
    ("", "the tokenizer \"\" is not known"), ("no/such/path", "no such path exists"),
  ])
  func mistakes(text: String, expected: String) {
    #expect(errorMessage { _ = try TokenizerSpecification(text) }.contains(expected))
  }
}
