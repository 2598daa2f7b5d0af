import Testing

@testable import MartletText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Damaged definitions are refused or work, and never trap, hang or take much memory.
///
/// `MARTLET_MUTATIONS` says how many are tried.
struct HostilePipelineTests {
  private static let samples = [
    "", " ", "the quick\r\n  don't <s> éé ﬁ 日本語 👨‍👩‍👧 123 [MASK]word", String(repeating: "a ", count: 300),
    "\u{301}\u{0}<unk>\n\n\t▁▁x",
  ]

  @Test func mutations() throws {
    let count = TestFiles.mutations(usually: 600)
    let pipelines = try PipelineTests.pipelines(TestFiles.golden("pipelines.json"))
      .map { JSON.object(try $0.reader("definition").members) }
    var generator = SplitMix(state: UInt64(count))
    var accepted = 0
    for _ in 0..<count {
      var text = DefinitionDamage.apply(to: pipelines.randomElement(using: &generator)!, &generator).bytes(
        pretty: false)
      if Int.random(in: 0..<4, using: &generator) == 0 { DefinitionDamage.damage(&text, &generator) }
      do {
        let tokenizer = try Tokenizer(definition: text, configuration: .null, file: "damaged")
        accepted += 1
        try use(tokenizer, &generator)
      } catch let error as MartletError {
        #expect(error.message.hasPrefix("damaged") && error.message.utf8.count < 8000, "\(error)")
      }
    }
    print("\(count) damaged definitions, of which \(accepted) were accepted")
    #expect(accepted > 0 && accepted < count)
  }

  private func use(_ tokenizer: Tokenizer, _ generator: inout SplitMix) throws {
    for sample in Self.samples {
      let encoding = tokenizer.encoding(of: sample, specialTokens: .everywhere)
      #expect(encoding.ids.count == encoding.offsets.count && encoding.ids.count == encoding.tokens.count)
      #expect(encoding.ids.allSatisfy { $0 >= 0 && $0 < tokenizer.vocabularySize })
      #expect(tokenizer.encode(sample, parsingSpecialTokens: true) == encoding.ids)
      _ = tokenizer.decode(encoding.ids, skippingSpecialTokens: false)
    }
    var stream = TokenStream(tokenizer)
    for _ in 0..<20 {
      _ = stream.push(Int32.random(in: -2..<Int32(tokenizer.vocabularySize + 2), using: &generator))
    }
    _ = stream.finish()
  }

  /// A part of a definition with an element that is repeated too often.
  struct Repetition: Sendable, CustomTestStringConvertible {
    let start: String
    let element: String
    let times: Int
    let expected: String

    var testDescription: String { expected }
  }

  private static let tooLong = "could make a text more than 10000 times as long"

  /// What bounds the work and the memory that a definition may ask for.
  @Test(arguments: [
    Repetition(
      start: #""normalizer": {"type": "Sequence", "normalizers": ["#,
      element: #"{"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}"#, times: 20,
      expected: tooLong),
    Repetition(
      start: #""normalizer": {"type": "Sequence", "normalizers": ["#, element: #"{"type": "Nmt"}"#,
      times: 101,
      expected: "more than 100 of \"normalizers\""),
    Repetition(
      start: #""pre_tokenizer": {"type": "Sequence", "pretokenizers": ["#,
      element: #"{"type": "Metaspace", "replacement": "▁"}"#, times: 9, expected: tooLong),
    Repetition(
      start: #""decoder": {"type": "Sequence", "decoders": ["#,
      element: #"{"type": "Replace", "pattern": {"Regex": "x*"}, "content": "abc"}"#, times: 9,
      expected: tooLong),
    Repetition(
      start: #""post_processor": {"type": "TemplateProcessing", "special_tokens": {}, "single": ["#,
      element: #"{"Sequence": {"id": "A"}}"#, times: 17, expected: "a template with 17 parts"),
  ])
  func limits(part: Repetition) {
    let list = Array(repeating: part.element, count: part.times).joined(separator: ",")
    let definition =
      #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, \#(part.start)\#(list)]}}"#
    let message = errorMessage {
      _ = try Tokenizer(definition: Array(definition.utf8), configuration: .null, file: "large")
    }
    #expect(message.contains(part.expected), "\(message)")
  }

  @Test func longAddedTokens() {
    let content = String(repeating: "a", count: 1025)
    let definition =
      #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "added_tokens": [{"id": 1, "content": "\#(content)"}]}"#
    let message = errorMessage {
      _ = try Tokenizer(definition: Array(definition.utf8), configuration: .null, file: "long")
    }
    #expect(message.contains("has 1025 bytes, and an added token may have at most 1024"))
  }
}

/// Random damage.
private enum DefinitionDamage {
  /// Changes some random values of a definition.
  static func apply(to json: JSON, _ generator: inout SplitMix) -> JSON {
    var result = json
    for _ in 0..<Int.random(in: 1...3, using: &generator) { result = changed(result, depth: 0, &generator) }
    return result
  }

  /// Goes down to a random place and changes what is there.
  private static func changed(_ json: JSON, depth: Int, _ generator: inout SplitMix) -> JSON {
    let goesOn = depth < 2 || Int.random(in: 0..<3, using: &generator) > 0
    switch json {
    case .object(var members) where goesOn && members.count > 0:
      let key = members.keys.randomElement(using: &generator)!
      switch Int.random(in: 0..<12, using: &generator) {
      case 0: members[key] = nil
      case 1: members["\(key)x"] = members[key]
      default: members[key] = changed(members[key] ?? .null, depth: depth + 1, &generator)
      }
      return .object(members)
    case .array(var elements) where goesOn && !elements.isEmpty:
      let place = elements.indices.randomElement(using: &generator)!
      switch Int.random(in: 0..<10, using: &generator) {
      case 0: elements.remove(at: place)
      case 1: elements.append(elements[place])
      case 2: elements.swapAt(0, place)
      default: elements[place] = changed(elements[place], depth: depth + 1, &generator)
      }
      return .array(elements)
    default: return replacement(of: json, &generator)
    }
  }

  private static func replacement(of json: JSON, _ generator: inout SplitMix) -> JSON {
    if case .string(let text) = json, Int.random(in: 0..<2, using: &generator) == 0 {
      var scalars = Array(text.unicodeScalars)
      let other: Unicode.Scalar = ["a", "▁", "(", "\\", "*", "\u{301}", "A", "="].randomElement(
        using: &generator)!
      if scalars.isEmpty { scalars = [other] }
      scalars[scalars.indices.randomElement(using: &generator)!] = other
      return .string(String(String.UnicodeScalarView(scalars)))
    }
    let others: [JSON] = [
      .null, true, false, 0, 1, -1, 7, 2_147_483_648, 9_223_372_036_854_775_807, 0.5, -1e300, "", "a", " ",
      "▁", "<unk>",
      "é\u{301}", "NFC", "Removed", "first", "(a*)*b", "\\p{L}+", "[", .array([]), .object([:]),
      .array(["a", "b"]),
      ["Regex": "(a|b|ab)*c"], ["String": ""], ["type": "Sequence"], ["type": "Fuse"],
      .string(String(repeating: "x", count: 3000)),
    ]
    return others.randomElement(using: &generator)!
  }

  /// Changes some bytes of a text.
  static func damage(_ text: inout [UInt8], _ generator: inout SplitMix) {
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !text.isEmpty {
      let place = text.indices.randomElement(using: &generator)!
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: text[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: text.remove(at: place)
      default: text.removeSubrange(place...)
      }
    }
  }
}
