import MartletText
import Testing

struct RoundTripTests {
  /// Texts of scalars from everywhere, with many spaces, apostrophes and line ends among them.
  private static func randomTexts(_ count: Int, seed: UInt64) -> [String] {
    var generator = SplitMix(state: seed)
    let usual = Array(" \n\r\t'’.,aetoinsr019\u{301}\u{200d}\u{a0}\u{3000}é中😀".unicodeScalars)
    return (0..<count).map { _ in
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...60, using: &generator) {
        if Bool.random(using: &generator) {
          text.append(usual.randomElement(using: &generator)!)
        } else if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x110000, using: &generator)) {
          text.append(scalar)
        }
      }
      return String(text)
    }
  }

  @Test(arguments: ["characters", "words:1000000", "bytes", "bpe:1000"])
  func decodingGivesTheText(specification: String) throws {
    let texts = Self.randomTexts(200, seed: 11) + ["", " ", "\r\n"]
    let tokenizer = try TokenizerSpecification(specification).makeTokenizer(trainingOn: texts)
    for text in texts {
      let ids = tokenizer.encode(text)
      #expect(Array(tokenizer.decode(ids).utf8) == Array(text.utf8))
      var stream = TokenStream(tokenizer)
      var streamed = ids.map { stream.push($0) }.joined()
      streamed += stream.finish()
      #expect(Array(streamed.utf8) == Array(text.utf8))
      #expect(ids.flatMap { tokenizer.bytes(of: $0) } == Array(text.utf8))
      #expect(ids.allSatisfy { !tokenizer.isSpecial($0) })
    }
  }

  @Test func wordsOutsideTheVocabularyAreUnknown() throws {
    let tokenizer = try Tokenizer.words(size: 6, trainingOn: ["to be or not to be", "to be"])
    // Spaces 6, be 3, to 3, then the words that occur once in the order of their bytes.
    #expect((0..<6).map { tokenizer.token(of: $0) } == ["<|endoftext|>", "<unk>", " ", "be", "to", "not"])
    let ids = tokenizer.encode("to zebra or be")
    #expect(ids == [4, 2, 1, 2, 1, 2, 3])
    #expect(tokenizer.decode(ids, skippingSpecialTokens: false) == "to <unk> <unk> be")
    #expect(tokenizer.unknown == 1 && tokenizer.endOfText == 0)
  }

  @Test func charactersOutsideTheVocabularyAreUnknown() throws {
    let tokenizer = try Tokenizer.characters(trainingOn: ["ba", "e\u{301}"])
    #expect(tokenizer.vocabularySize == 6)
    #expect(tokenizer.encode("abé!") == [2, 3, 1, 1])
    #expect(tokenizer.encode("e\u{301}") == [4, 5])
  }

  @Test func bytesAreTheirIds() {
    let tokenizer = Tokenizer.bytes()
    #expect(tokenizer.vocabularySize == 257 && tokenizer.endOfText == 256)
    #expect(tokenizer.encode("é\n") == [0xC3, 0xA9, 0x0A])
  }

  /// Text can not forge the end of a document unless that is asked for.
  @Test func specialTokensInText() throws {
    let text = "a<|endoftext|>b"
    for specification in ["characters", "words", "bytes", "bpe:300"] {
      let tokenizer = try TokenizerSpecification(specification).makeTokenizer(trainingOn: [text])
      let end = try #require(tokenizer.endOfText)
      let plain = tokenizer.encode(text)
      #expect(!plain.contains(end) && tokenizer.decode(plain) == text)
      let parsed = tokenizer.encode(text, parsingSpecialTokens: true)
      #expect(parsed == tokenizer.encode("a") + [end] + tokenizer.encode("b"))
      #expect(tokenizer.decode(parsed) == "ab")
      #expect(tokenizer.decode(parsed, skippingSpecialTokens: false) == text)
      #expect(tokenizer.readableToken(of: end) == "<|endoftext|>")
    }
  }

  @Test func readableTokens() throws {
    let tokenizer = Tokenizer.bytes()
    #expect(tokenizer.readableToken(of: 0x20) == " ")
    #expect(tokenizer.readableToken(of: 0x0A) == "\\n")
    #expect(tokenizer.readableToken(of: 0xE2) == "<0xE2>")
    #expect(tokenizer.readableToken(of: 300) == "<unused 300>")
  }
}
