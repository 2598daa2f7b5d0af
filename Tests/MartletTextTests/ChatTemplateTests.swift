import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@testable import MartletText

/// Chat templates against what `transformers` renders.
@Suite struct ChatTemplateTests {
  /// The moment that golden files were made at, for `strftime_now`.
  static let time = TemplateTime(year: 2025, month: 3, day: 9, hour: 7, minute: 5, second: 4)

  static func render(_ template: String, _ data: JSON) throws -> RenderedTemplate {
    try ChatTemplate(template, name: "template").render(data.object ?? JSONObject(), time: time)
  }

  /// Real templates of well-known models.
  @Test func conformanceCases() throws {
    guard let file = TestFiles.conformance("chat-templates/cases.json") else { return }
    let cases = try #require(try JSON(file: file).array)
    for element in cases {
      let reader = try JSONReader(element, file: "case")
      let name: String = try reader.required("name")
      let expected: String = try reader.required("expected")
      do {
        let found = try Self.render(try reader.required("template"), element["data"] ?? .null)
        #expect(Array(found.text.utf8) == Array(expected.utf8), "\(name)")
      } catch { Issue.record("\(name): \(error)") }
    }
    #expect(cases.count >= 34)
  }

  @Test func conformanceErrors() throws {
    guard let file = TestFiles.conformance("chat-templates/error_cases.json") else { return }
    for element in try #require(try JSON(file: file).array) {
      let reader = try JSONReader(element, file: "case")
      let expected: String = try reader.required("expected_error")
      let message = errorMessage {
        _ = try Self.render(try reader.required("template"), element["data"] ?? .null)
      }
      #expect(message.hasSuffix(expected) && message.hasPrefix("template, line "), "\(message)")
    }
  }

  /// Templates of every statement, filter, test and method, as `transformers` rendered or refused them.
  @Test func goldenCases() throws {
    let golden = try JSON(file: TestFiles.golden("templates.json"))
    let (cases, data) = (try #require(golden["cases"]?.array), try #require(golden["data"]))
    #expect(cases.count > 500)
    for element in cases { try check(element, data) }
  }

  /// Random ones that `make_templates.py --random N` has printed.
  @Test(.enabled(if: getenv("MARTLET_TEMPLATES") != nil)) func moreCases() throws {
    let file = String(cString: getenv("MARTLET_TEMPLATES"))
    for line in try FileSystem.readText(file).split(separator: "\n") {
      let element = try JSON(parsing: String(line), file: file)
      try check(element, element["data"] ?? .null)
    }
  }

  private func check(_ element: JSON, _ data: JSON) throws {
    let template = try #require(element["template"]?.string)
    guard let expected = element["text"]?.string else {
      #expect(throws: MartletError.self, "\(template)") { _ = try Self.render(template, data) }
      return
    }
    do {
      let found = try Self.render(template, data)
      #expect(Array(found.text.utf8) == Array(expected.utf8), "\(template)\nfound: \(found.text)")
      if let ranges = element["generated"]?.array {
        let expected = ranges.map { ($0[0]?.int ?? -1)..<($0[1]?.int ?? -1) }
        #expect(found.generated == expected, "\(template)")
      }
    } catch { Issue.record("\(template): \(error)") }
  }
}
