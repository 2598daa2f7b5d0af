import MartletText
import Testing

@testable import MartletTraining

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Rows as TRL prepares them, token by token: `Golden/make_rows.py` has made them.
@Suite struct RowEncoderGoldenTests {
  /// The tokenizers and the templates of the golden rows.
  struct Encoders {
    private var tokenizers: [String: Tokenizer] = [:]
    private var templates: [String: ConversationTemplates] = [:]

    init() throws {
      for name in ["bytes", "pieces"] {
        tokenizers[name] = try Tokenizer(contentsOf: TestFiles.golden("rows/\(name)"))
      }
      for (name, source) in try JSON(file: TestFiles.golden("rows/templates.json")).object! {
        templates[name] = ConversationTemplates(try ChatTemplate(source.string!, name: name))
      }
    }

    /// The encoder of a case, which cuts rows where the case has a limit.
    ///
    /// - Parameter source: the template, where it is none of the golden ones.
    func encoder(
      _ tokenizer: String, template: String?, source: String? = nil, most: Int? = nil
    ) throws -> RowEncoder {
      let tokenizer = tokenizers[tokenizer]!
      let given = try source.map { try ChatTemplate($0, name: template ?? "template") }
      return RowEncoder(
        tokenizer: tokenizer,
        templates: given.map { ConversationTemplates($0) } ?? template.map { templates[$0]! },
        endOfText: tokenizer.endOfText, context: most ?? 100_000, truncates: most != nil)
    }
  }

  private func check(_ cases: [JSON]) throws {
    let encoders = try Encoders()
    var counts: [String: Int] = [:]
    for (number, item) in cases.enumerated() {
      let encoder = try encoders.encoder(
        item["tokenizer"]!.string!, template: item["template"]?.string, source: item["source"]?.string,
        most: item["max"]?.int)
      let row = DataRow(file: "rows", line: number + 1, columns: item["row"]!.object!)
      if let sequences = item["sequences"]?.array {
        let example = try encoder.encode(PreferenceRow(row))
        #expect(example.sequences == sequences.map(Self.ids), "case \(number)")
        counts["preferences", default: 0] += 1
        continue
      }
      let part = LearnedPart(rawValue: item["learn"]!.string!)!
      counts[part.rawValue, default: 0] += 1
      let ids = Self.ids(item["ids"]!)
      // TRL drops what nothing is left of.
      if ids.isEmpty {
        #expect(throws: RowProblem.self, "case \(number)") {
          try encoder.encode(InstructionRow(row), learning: part)
        }
        continue
      }
      let sequence = try encoder.encode(InstructionRow(row), learning: part)
      #expect(sequence.tokens == ids, "case \(number): \(item.compact)")
      #expect(
        sequence.isLearned == Self.ids(item["mask"]!).map { $0 == 1 },
        "case \(number): \(sequence.isLearned.map { $0 ? 1 : 0 }) \(item.compact)")
    }
    print("rows compared with TRL: \(counts)")
    #expect(counts.count == 5 && counts.values.allSatisfy { $0 >= 12 }, "\(counts)")
  }

  private static func ids(_ json: JSON) -> [Int32] { json.array!.map { Int32($0.int!) } }

  @Test func goldenRows() throws {
    try check(JSON(file: TestFiles.golden("rows/cases.json")).array!)
  }

  /// More of them, where there are some.
  @Test func randomRows() throws {
    guard let file = getenv("MARTLET_ROWS").map({ String(cString: $0) }) else {
      return print("skipped: MARTLET_ROWS names no file of random rows")
    }
    try check(
      FileSystem.readText(file).split(separator: "\n").map { try JSON(parsing: String($0), file: file) })
  }
}
