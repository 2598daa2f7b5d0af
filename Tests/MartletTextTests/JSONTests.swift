import MartletText
import Testing

struct JSONTests {
  private func parse(_ text: String) throws -> JSON { try JSON(parsing: text, file: "test.json") }

  private func message(_ bytes: [UInt8]) -> String {
    errorMessage { _ = try JSON(parsing: bytes, file: "test.json") }
  }

  @Test func readsAndWritesValues() throws {
    let text =
      #"{"b":[1,-2,3.5,1e-05,true,false,null,"x"],"a":{},"":[],"n":9223372036854775807,"u":18446744073709551615}"#
    let json = try parse(" \n\t\r" + text + "\n")
    #expect(json.compact == text)
    #expect(json.object?.keys == ["b", "a", "", "n", "u"])
    #expect(json["b"]?[0]?.int == 1)
    #expect(json["b"]?[3]?.double == 1e-5)
    #expect(json["b"]?[8] == nil)
    #expect(json["n"]?.int == Int.max)
    #expect(json["u"]?.uint64 == UInt64.max)
    #expect(json["u"]?.int == nil)
    #expect(JSON(UInt64.max) == json["u"])
    #expect(JSON(UInt64(7)) == 7)
  }

  @Test func prettyIsThatOfTheTokenizersLibrary() throws {
    let json: JSON = ["a": [1, ["x": nil]], "e": [], "o": .object([:]), "s": "\u{1}\u{7f}\"\\/é\n"]
    let expected = #"""
      {
        "a": [
          1,
          {
            "x": null
          }
        ],
        "e": [],
        "o": {},
        "s": "\u0001\#u{7f}\"\\/é\n"
      }
      """#
    #expect(json.pretty == expected)
    #expect(try parse(json.pretty) == json)
  }

  @Test func numbersRoundTrip() throws {
    var generator = SplitMix(state: 1)
    for _ in 0..<2000 {
      let value = Double(bitPattern: generator.next())
      let integer = Int(truncatingIfNeeded: generator.next())
      #expect(try parse(JSON.integer(integer).compact) == .integer(integer))
      guard value.isFinite else {
        #expect(JSON.number(value).compact == "null")
        continue
      }
      #expect(try parse(JSON.number(value).compact).double?.bitPattern == value.bitPattern)
    }
    for value in [
      0.0, -0.0, 1, 1e22, Double.leastNonzeroMagnitude, .greatestFiniteMagnitude, 123456789012345680,
    ] {
      #expect(try parse(JSON.number(value).compact).double?.bitPattern == value.bitPattern)
    }
    #expect(try parse("-0").double?.bitPattern == (-0.0).bitPattern)
    #expect(try parse("18446744073709551616") == .number(18446744073709551616))
    #expect(try parse("2.0").int == 2)
    #expect(try parse("2.5").int == nil)
    #expect(JSON.number(.nan).compact == "null")
    #expect(JSON.number(-.infinity).compact == "null")
  }

  @Test func escapes() throws {
    #expect(try parse(#""\"\\\/\b\f\n\r\t\u00e9\u4E2D\uD83D\uDE00x""#).string == "\"\\/\u{8}\u{c}\n\r\té中😀x")
    for half in [#""\uD83D""#, #""\uDE00""#, #""\uD83Dx""#, #""\uDBFF\u0041""#, #""\uD83D\uD83D""#] {
      #expect(message(Array(half.utf8)).contains("half of a surrogate pair"), "\(half)")
    }
  }

  /// Composed and decomposed characters are one Swift string but two keys.
  @Test func keysAreBytes() throws {
    let json = try parse("{\"e\u{301}\": 1, \"é\": 2}")
    #expect(json["é"]?.int == 2)
    #expect(json["e\u{301}"]?.int == 1)
    #expect(try parse("\"é\"") != parse("\"e\u{301}\""))
    var large = JSON.null
    for number in 0..<100 { large["key \(number)"] = .integer(number) }
    large["e\u{301}"] = 1
    large["é"] = 2
    #expect(large["é"] == 2 && large["e\u{301}"] == 1 && large["key 99"] == 99 && large["key 100"] == nil)
    large["key 50"] = nil
    large["key 51"] = "new"
    #expect(large.object?.count == 101)
    #expect(large["key 50"] == nil && large["key 51"] == "new" && large["é"] == 2)
  }

  @Test(arguments: [
    "", " ", "{", "}", "[", "[1", "[1,", "[1,]", "[,1]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
    "{\"a\":1,}",
    "{a:1}", "{1:2}", "{\"a\" 1}", "\"", "\"abc", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"",
    "tru",
    "nul", "truex", "01", "-", "-a", "1.", ".5", "1e", "1e+", "+1", "1 2", "[1] x", "NaN", "Infinity",
    "1e999",
    "'a'", "// x", "\u{feff}1", "{\"a\":1,\"a\":2}", "[1 2]", "\"\u{0}\"",
  ])
  func refuses(text: String) {
    let message = message(Array(text.utf8))
    #expect(message.hasPrefix("test.json is "), "\(text.debugDescription)")
  }

  @Test func errorsNameThePlace() {
    let message = message(Array("{\n  \"a\": 1,\n  \"b\": oops\n}".utf8))
    #expect(
      message
        == "test.json is not valid JSON: expected a value, found 'oops' (line 3, column 8, byte 19)")
    #expect(
      self.message(Array("[1,".utf8))
        == "test.json is not valid JSON: expected a value, but the text ends (line 1, column 4, byte 3)")
    #expect(self.message([0x22, 0xC3, 0x28, 0x22]) == "test.json is not UTF-8: bad byte at offset 1")
  }

  @Test func deepNestingIsRefused() {
    let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(message(Array(deep.utf8)) == "no error")
    #expect(message(Array("[\(deep)]".utf8)).contains("more than 128 deep"))
    #expect(message([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)) != "no error")
    #expect(message(Array(String(repeating: "{\"a\":", count: 100_000).utf8)) != "no error")
  }

  /// Every prefix and every change of a byte is read or refused, never a crash.
  @Test func damagedTextIsNoCrash() {
    let text = Array(#"{"a": [1, -2.5e3, "é\uD83D\uDE00\n", {"b": null}], "c": true}"#.utf8)
    for count in 0..<text.count { #expect(message(Array(text.prefix(count))) != "no error") }
    var generator = SplitMix(state: 2)
    for _ in 0..<5000 {
      var damaged = text
      for _ in 0..<3 {
        damaged[Int(generator.next() % UInt64(text.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      _ = message(damaged)
    }
  }
}

/// Small random numbers for tests. Source: Steele et al. 2014, SplitMix64.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
