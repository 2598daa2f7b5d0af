import MartletTensor
import Testing

@testable import MartletInference

@Suite struct StopMatcherTests {
  /// The text before the stop string, when `text` comes in pieces of some sizes; nil pieces are never shown.
  private func run(_ text: String, _ stops: [String], sizes: (Int) -> Int) -> (text: String, found: Bool) {
    var matcher = StopMatcher(stops)
    var rest = Array(text.unicodeScalars)[...]
    var shown = ""
    var piece = 0
    while !rest.isEmpty {
      let size = min(sizes(piece), rest.count)
      var view = String.UnicodeScalarView()
      view.append(contentsOf: rest.prefix(size))
      shown += matcher.push(String(view))
      rest = rest.dropFirst(size)
      piece += 1
    }
    return (shown + matcher.finish(), matcher.isFound)
  }

  @Test func theTextIsCutBeforeTheStopHoweverItComes() {
    let cases: [(text: String, stops: [String], expected: String, found: Bool)] = [
      ("One.\nTwo.\n", ["\n"], "One.", true),
      ("aab", ["ab"], "a", true),
      ("ababac", ["abac"], "ab", true),
      ("Human: hi", ["Human:", "man"], "Hu", true),
      ("xabcd", ["abcd", "bcd", "d"], "x", true),
      ("nothing", ["thin ", "gs"], "nothing", false),
      ("ends in a", ["ab"], "ends in a", false),
      ("Straße → Ödön", ["→"], "Straße ", true),
      ("plain", [], "plain", false),
      ("plain", [""], "plain", false),
      ("stop", ["stop"], "", true),
    ]
    for (text, stops, expected, found) in cases {
      for seed in 0..<8 {
        let stream = RandomStream(seed: UInt64(seed), name: "pieces")
        let result = run(text, stops) { 1 + stream.integers(below: 4, at: UInt64($0)..<UInt64($0) + 1)[0] }
        #expect(result == (expected, found), "\(text) \(stops)")
      }
      #expect(run(text, stops) { _ in 100 } == (expected, found), "\(text) \(stops)")
    }
  }

  @Test func whatStandsBeforeTheStopInItsOwnPieceIsShown() {
    var matcher = StopMatcher(["stop"])
    #expect(matcher.push("go on, stop, go") == "go on, ")
    #expect(matcher.isFound)
  }

  @Test func noPartOfAStopIsShownEarly() {
    var matcher = StopMatcher(["</answer>"])
    #expect(matcher.push("42 </") == "42 ")
    #expect(matcher.push("answe") == "")
    #expect(matcher.push("red") == "</answered")
    #expect(matcher.push("<") == "")
    #expect(matcher.push("/answer> more") == "")
    #expect(matcher.isFound)
    #expect(matcher.push("more") == "")
  }
}
