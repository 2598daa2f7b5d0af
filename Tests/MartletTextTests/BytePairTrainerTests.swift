import MartletText
import Testing

/// Merges derived by hand; the golden files hold the rest.
struct BytePairTrainerTests {
  private func tokens(_ texts: [String], merges: Int) throws -> [String] {
    let tokenizer = try Tokenizer.bytePairs(size: 257 + merges, trainingOn: texts)
    return (257..<tokenizer.vocabularySize).map { tokenizer.token(of: Int32($0))! }
  }

  @Test func mostFrequentFirst() throws {
    // ab 3, bc 2, cd 1.
    #expect(try tokens(["abcd", "abc", "ab"], merges: 3) == ["ab", "abc", "abcd"])
  }

  @Test func tiesGoToLowerIds() throws {
    // ab, cd, ef once each: lower first letters first; the words are kept apart by the texts.
    #expect(try tokens(["ef", "cd", "ab"], merges: 3) == ["ab", "cd", "ef"])
    // Of pairs with one left side the lower right side goes first.
    #expect(try tokens(["ac", "ab"], merges: 2) == ["ab", "ac"])
  }

  @Test func overlapsCountTwice() throws {
    // In "cbbb" the pair bb counts 2, more than aa in "aa", then in line before what follows from bb.
    #expect(try tokens(["cbbb", "aa"], merges: 4) == ["bb", "aa", "cbb", "cbbb"])
    #expect(try tokens(["aaaa"], merges: 2) == ["aa", "aaaa"])
  }

  @Test func endsWhenNothingIsLeft() throws {
    #expect(try tokens(["ab"], merges: 100) == ["ab"])
    #expect(try tokens(["a", " ", "b"], merges: 100) == [])
  }

  @Test func textsAreKeptApart() throws {
    #expect(try tokens(["a", "b", "a", "b"], merges: 5) == [])
  }
}
