import Testing

@testable import MartletText

/// Words scanned by hand are those that the matcher of all expressions finds.
struct LetterPatternTests {
  private static let pieces: [String] = [
    "a", "B", "é", "É", "e\u{301}", "\u{301}", "ǅ", "中", "ʰ", "1", "٣", "½", "²", "¼", " ", " ", "  ", "\n", "\r\n", "\r", "\t",
    "\u{a0}", "\u{3000}", "'", "'s", "'S", "'ſ", "'ll", "'LL", "'lL", "'re", "'VE", "'d", "'m", "'t", "'x", "’s", ".", "!", "/",
    "//", "-", "_", "😀", "\u{200d}", "\u{0}", "the", "The", "THE", "camelCase", "HTTPServer", "ß", "ẞ",
  ]

  @Test(arguments: LetterPattern.all.map(\.expression)) func randomTexts(expression: String) throws {
    let scanner = try #require(SplitPatterns.named(expression))
    let pattern = try Pattern(expression)
    var generator = SplitMix(state: UInt64(expression.utf8.count))
    for _ in 0..<600 {
      let count = Int.random(in: 1...12, using: &generator)
      var text = (0..<count).map { _ in Self.pieces.randomElement(using: &generator)! }.joined()
      var (scanned, matched): ([Int], [Int]) = ([], [])
      text.withUTF8 { bytes in
        scanner.split(TextView(bytes)) { scanned += $0.ends }
        pattern.forEachMatch(in: bytes) { matched.append($0.upperBound) }
      }
      #expect(scanned == matched, "\(text.debugDescription)")
    }
  }

  /// The expressions are those that files of these families hold.
  @Test func expressions() {
    #expect(
      LetterPattern.all[0].expression
        == #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    )
    #expect(
      LetterPattern.all[3].expression
        == #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"#
        + #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"#
        + #"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#)
  }
}
