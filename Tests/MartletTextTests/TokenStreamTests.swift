import Testing

@testable import MartletText

struct TokenStreamTests {
  private func pieces(_ bytes: [UInt8]) -> [String] {
    var stream = TokenStream(Tokenizer.bytes())
    return bytes.map { stream.push(Int32($0)) } + [stream.finish()]
  }

  @Test func charactersComeOutWhole() {
    #expect(pieces(Array("aé中😀".utf8)) == ["a", "", "é", "", "", "中", "", "", "", "😀", ""])
  }

  @Test func whatCanNeverBecomeACharacterIsNotHeldBack() {
    #expect(pieces([0x80]) == ["\u{FFFD}", ""])
    #expect(pieces([0xFF, 0x61]) == ["\u{FFFD}", "a", ""])
    #expect(pieces([0xC3, 0x61]) == ["", "\u{FFFD}a", ""])
    #expect(pieces([0xE0, 0x80]) == ["", "\u{FFFD}\u{FFFD}", ""])
    #expect(pieces([0xF0, 0x9F, 0x98]) == ["", "", "", "\u{FFFD}"])
    #expect(pieces([0xF4, 0x8F, 0xBF, 0xBF]) == ["", "", "", "\u{10FFFF}", ""])
    #expect(pieces([0xF4, 0x90]) == ["", "\u{FFFD}\u{FFFD}", ""])
  }

  /// Any bytes stream to the text that decoding gives at once.
  @Test func anyBytes() {
    let tokenizer = Tokenizer.bytes()
    var generator = SplitMix(state: 3)
    for _ in 0..<500 {
      let leads: [UInt8] = [0x61, 0x80, 0xBF, 0xC3, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0x9F, 0xA0, 0xFF]
      let bytes = (0..<12).map { _ in leads.randomElement(using: &generator)! }
      #expect(pieces(bytes).joined() == tokenizer.decode(bytes.map { Int32($0) }))
    }
  }

  /// A text's first token loses its space, one that follows a prompt keeps it.
  @Test func continuing() throws {
    let tokenizer = try Tokenizer(contentsOf: TestFiles.golden("pipeline.json"))
    let word = try #require(tokenizer.id(of: "▁the"))
    let start = try #require(tokenizer.id(of: "<s>"))
    var fresh = TokenStream(tokenizer)
    #expect([start, word, word].map { fresh.push($0) } == ["", "the", " the"])
    var continuing = TokenStream(tokenizer, continuing: true)
    #expect([word, word].map { continuing.push($0) } == [" the", " the"])
    var showing = TokenStream(tokenizer, skippingSpecialTokens: false)
    #expect([start, word].map { showing.push($0) } == ["<s>", " the"])
  }

  /// A step that works on characters is never given a part of one.
  @Test func expressionsAfterBytes() throws {
    let definition = """
      {"model": {"type": "BPE", "vocab": {"<0xE4>": 0, "<0xB8>": 1, "<0xAD>": 2, "a": 3}, "merges": []},
       "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"},
         {"type": "Replace", "pattern": {"Regex": "[^a]"}, "content": "!"}]}}
      """
    let tokenizer = try Tokenizer(definition: Array(definition.utf8), configuration: .null, file: "test")
    for ids in [[0, 1, 2, 3], [0, 3], [0, 1], [3, 2, 2, 0]] as [[Int32]] {
      var stream = TokenStream(tokenizer)
      let pieces = ids.map { stream.push($0) } + [stream.finish()]
      #expect(pieces.joined() == tokenizer.decode(ids))
    }
  }
}
