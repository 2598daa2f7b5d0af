import Testing

@testable import MartletText

/// Regular expressions match where `tokenizers` lets them match.
struct PatternTests {
  private func matches(_ pattern: Pattern, _ text: String, _ effort: PatternEffort = PatternEffort())
    -> [Range<Int>]
  {
    var (text, found): (String, [Range<Int>]) = (text, [])
    text.withUTF8 { bytes in
      pattern.forEachMatch(in: bytes, effort: effort) { found.append($0) }
    }
    return found
  }

  /// With and without memory from the first step on.
  @Test(arguments: [PatternEffort().stepsPerByte, 0]) func knownMatches(stepsPerByte: Int) throws {
    let cases = try #require(try JSON(file: TestFiles.golden("patterns.json")).array)
    #expect(cases.count == 265)
    var refused = 0
    for known in cases {
      let source = try #require(known["pattern"]?.string)
      guard let pattern = try? Pattern(source) else {
        #expect(known["name"]?.string == "random", "\(source)")
        refused += 1
        continue
      }
      for (text, expected) in zip(known["texts"]?.array ?? [], known["matches"]?.array ?? []) {
        let found = matches(pattern, text.string ?? "", PatternEffort(stepsPerByte: stepsPerByte)).filter {
          !$0.isEmpty
        }
        let asJSON = JSON.array(
          found.map { .array([.integer($0.lowerBound), .integer($0.upperBound)]) })
        #expect(asJSON == expected, "\(source) in \(text)")
      }
    }
    #expect(refused <= 2)
  }

  @Test func emptyMatches() throws {
    #expect(matches(try Pattern(""), "ab") == [0..<0, 1..<1, 2..<2])
    #expect(matches(try Pattern("a*"), "baac") == [0..<0, 1..<3, 4..<4])
    #expect(matches(try Pattern("x|"), "") == [0..<0])
    #expect(matches(try Pattern("$"), "é") == [2..<2])
  }

  /// Each of these takes time that doubles with each character, or grows with its square, when ways that failed
  /// are tried again.
  @Test(arguments: [
    ("(a+)+$", "a", "b", 0), ("(a|a)*b", "a", "", 0), ("(a*)*b", "a", "", 0), ("(a|b|ab)*c", "ab", "", 0),
    ("(?=.*x)y", "y", "", 0), ("(?>.*)b", "a", "", 0), ("(?:(?!.*x).)*", "a", "", 1),
    ("(x+x+)+y", "x", "", 0),
    ("\\s*[\\r\\n]+|\\s", " ", "", 2000), ("(?<=a*b)c|(?<=.*q)z", "az", "", 0), ("(?>a*?b|a)*c", "a", "", 0),
    ("(?i:(ss|ß|s)+)!", "sß", "", 0), ("((a{0,5}){0,5}){0,5}b", "a", "", 0), ("(?:(?=(.*))a)*b", "a", "", 0),
  ])
  func boundedWork(source: String, part: String, end: String, expected: Int) throws {
    let text = String(repeating: part, count: 2000) + end
    #expect(matches(try Pattern(source), text).filter { !$0.isEmpty }.count == expected)
  }

  @Test func windowsOfLongTexts() throws {
    // Longer than a window, with an expression that makes the matcher remember.
    let text = String(repeating: String(repeating: "é", count: 150) + "b\n", count: 40)
    let found = matches(
      try Pattern("(?:é|é)*\\n|(?<=é)b"), text, PatternEffort(stepsPerByte: 0, window: 1000))
    #expect(found.count == 80)
    #expect(found.last == (text.utf8.count - 1)..<text.utf8.count)
    // A match that is longer than a window ends somewhere in it, and the next one goes on.
    let whole = matches(
      try Pattern("(?:a|a)*b?"), String(repeating: "a", count: 5000),
      PatternEffort(stepsPerByte: 0, window: 1000))
    #expect(whole.map(\.count).reduce(0, +) == 5000 && whole.count < 20)
  }

  @Test(arguments: [
    ("(a)\\1", "has a backreference, which is not supported, at character 4"),
    ("\\k<n>", "has a backreference, which is not supported, at character 1"),
    ("a\\X", "has the escape \"\\X\", which is not supported, at character 2"),
    ("\\p{Klingon}", "has the property \"Klingon\", which is not supported, at character 1"),
    ("\\pL", "has a property without braces, which is not supported, at character 1"),
    ("(?~a)", "has the group \"(?~\", which is not supported, at character 1"),
    ("(?(1)a)", "has the group \"(?(\", which is not supported, at character 1"),
    ("(?s).", "has the group \"(?s\", which is not supported, at character 1"),
    ("(?<=(?>a))b", "has an atomic group inside a look-behind, which is not supported, at character 1"),
    ("\\xff", "has a byte beyond ASCII, which is not supported, at character 1"),
    ("\\x{110000}", "has no character by its number after \"\\x\" at character 1"),
    ("\\ud800", "has no character by its number after \"\\u\" at character 1"),
    ("*a", "has a \"*\" with nothing to repeat at character 1"),
    ("(?=a)*", "has an anchor that is repeated at character 1"),
    ("a{2000}", "has a count above 1000, which is not supported, at character 2"),
    ("a{3,1}", "has a quantifier from more to fewer, which is not supported, at character 2"),
    ("a+?*", "has a quantifier after a lazy one, which is not supported, at character 4"),
    ("(a", "has a \"(\" without its \")\" at character 1"),
    ("a)", "has a \")\" without its \"(\" at character 2"),
    ("[a", "has a \"[\" without its \"]\" at character 1"),
    ("[]", "has a \"[\" without its \"]\" at character 1"),
    ("[z-a]", "has a range from more to fewer at character 2"),
    ("[a-\\d]", "has a range that ends with a set at character 2"),
    ("[\\d-a]", "has a range that starts with a set at character 2"),
    ("[[:foo:]]", "has the set \"[:foo:]\", which is not supported, at character 2"),
    ("a\\", "has a \"\\\" at its end at character 2"),
    ("(?#a", "has a comment without its end at character 1"),
    ("(?i", "has a \"(\" without its \")\" at character 1"),
  ])
  func refusedExpressions(source: String, expected: String) {
    let message = errorMessage { _ = try Pattern(source) }
    #expect(message == "the regular expression \(JSON.string(source).compact) \(expected)")
  }

  @Test func expressionsThatAreTooLarge() {
    let nested = String(repeating: "(", count: 5000) + String(repeating: ")", count: 5000)
    #expect(errorMessage { _ = try Pattern(nested) }.contains("groups nested more than 100 deep"))
    let sets = String(repeating: "[", count: 5000) + "a" + String(repeating: "]", count: 5000)
    #expect(errorMessage { _ = try Pattern(sets) }.contains("sets nested more than 100 deep"))
    #expect(
      errorMessage { _ = try Pattern("(((a{100}){100}){100}){100}") }.contains("takes more than 3000 steps"))
    #expect(errorMessage { _ = try Pattern("((((a|)*|)*|)*)*") } == "no error")
    // Small enough to be stored, this one took half a minute on 100 kB.
    #expect(
      errorMessage { _ = try Pattern("(?:(?:a{1,70}){1,70})$") }.contains("takes more than 3000 steps"))
  }

  @Test func randomBytesAreNoTrap() {
    var generator = SplitMix(state: 5)
    let pieces =
      Array("()[]{}|*+?^$\\.-&:ab1,i<=!>#pLPux ß").map(String.init) + [
        "(?:", "\\p{", "[^", "{1,", "&&", "(?<",
      ]
    for _ in 0..<3000 {
      let source = (0..<Int.random(in: 1...14, using: &generator)).map { _ in
        pieces.randomElement(using: &generator)!
      }.joined()
      if let pattern = try? Pattern(source) { _ = matches(pattern, "ab1 ßa\n") }
    }
  }
}
