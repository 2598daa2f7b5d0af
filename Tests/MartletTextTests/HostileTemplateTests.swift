import Testing

@testable import MartletText

/// Templates of strangers: a sentence or a text, never a trap, a hang or memory without bound.
@Suite struct HostileTemplateTests {
  private func message(_ template: String, _ data: JSONObject = [:]) -> String {
    errorMessage { _ = try ChatTemplate(template, name: "template").render(data) }
  }

  @Test(arguments: [
    ("{% for i in range(10 ** 18) %}{% endfor %}", "the range is too big"),
    ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "does too much"),
    ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "deep in each other"),
    ("{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}", "deep in each other"),
    ("{{ 'a' * 10 ** 12 }}", "a text of more than"), ("{{ [1] * 10 ** 12 }}", ""),
    ("{{ 2 ** 10 ** 10 }}", ""), ("{{ 'a'|center(10 ** 15) }}", "a text of more than"),
    ("{{ 'a'|indent(10 ** 15, true) }}", "a text of more than"), ("{{ '%99999999999d' % 1 }}", ""),
    ("{{ '{:99999999999}'.format(1) }}", ""), ("{{ 'a'.ljust(10 ** 15) }}", "a text of more than"),
    ("{{ [1]|tojson(indent=10 ** 15) }}", "a text of more than"), ("{{ [1]|batch(10 ** 15, 0)|list }}", ""),
    ("{{ [1]|slice(10 ** 15)|list }}", ""), ("{{ '\\t'.expandtabs(10 ** 15) }}", "a text of more than"),
    ("{% set ns = namespace() %}{% set ns.n = ns %}{{ ns }}", "deep in each other"),
    (
      "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
      "deep in each other"
    ),
    (
      "{% set ns = namespace(s='a') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
      "bytes"
    ),
    (
      "{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
      "does too much"
    ),
    ("{{ 'aaaa'.replace('', 'b' * 30000000) }}", "bytes"),
    ("{{ (1).__class__ }}{{ ''.__class__.__mro__ }}", "unsafe"),
    ("{{ raise_exception('stop') }}", "stop"), ("{{ 9223372036854775807 + 1 }}", ""),
    ("{{ -9223372036854775807 - 2 }}", ""),
    ("{{ 99999999999999999999 }}", ""), ("{{ (-9223372036854775807 - 1)|abs }}", ""),
    ("{{ (-9223372036854775807 - 1) // -1 }}", ""), ("{{ l[9223372036854775807] }}", ""),
    ("{{ 1[::-9223372036854775807] }}", ""),
    ("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "deep in each other"),
    ("{{ [3]|map('map', 'map', 'map')|list }}", ""), ("{{ 1 % 0 }}", "zero"),
    ("{{ 'x'|int(base=99) }}{{ 1/0 }}", "zero"),
  ]) func bounds(template: String, fragment: String) {
    let found = message(template, ["l": [1, 2]])
    // Those without a fragment may as well give a text: what counts is that they end.
    if !fragment.isEmpty { #expect(found.contains(fragment), "\(template): \(found)") }
    #expect(found == "no error" || found.hasPrefix("template, line 1: "), "\(found)")
  }

  @Test(arguments: [
    "(", "[", "{", "not ", "-", "{% if x %}", "{% for a in b %}", "{{ ", "{% raw %}", "{# ", "a.", "a|b",
    "{'a':",
  ])
  func deepSources(part: String) {
    for prefix in ["{{ ", "", "{% set x = "] {
      let found = message(prefix + String(repeating: part, count: 50_000))
      #expect(found == "no error" || found.hasPrefix("template, line 1: "), "\(found.prefix(200))")
    }
  }

  /// Real templates with bytes and words put out of place.
  @Test func damagedTemplates() throws {
    let golden = try JSON(file: TestFiles.golden("templates.json"))
    let sources = try #require(golden["cases"]?.array).compactMap { $0["template"]?.string }
    let data = try #require(golden["data"]?.object)
    let words = [
      "{{", "}}", "{%", "%}", "{#", "#}", "-", "|", "(", ")", "[", "]", ":", "loop", "recursive", "'", "\"",
      "~", "**", "//", "is", "not",
      "if", "else", "for", "in", "set", "endfor", "namespace()", "range(9)", "caller()", "varargs", ".", ",",
      "99999999999", "\u{0}", "é",
    ]
    var state: UInt64 = 88_172_645_463_325_252
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    var limits = TemplateLimits()
    (limits.steps, limits.textBytes) = (100_000, 1 << 20)
    var rendered = 0
    let count = TestFiles.mutations(usually: 4000)
    for _ in 0..<count {
      var letters = Array(sources[random(sources.count)].unicodeScalars)
      for _ in 0...random(4) {
        let place = random(letters.count + 1)
        switch random(4) {
        case 0 where place < letters.count: letters.remove(at: place)
        case 1:
          let other = Array(sources[random(sources.count)].unicodeScalars)
          let start = random(other.count + 1)
          letters.insert(contentsOf: other[start..<min(start + 1 + random(20), other.count)], at: place)
        case 2 where place < letters.count:
          letters.removeSubrange(place..<min(place + 1 + random(8), letters.count))
        default: letters.insert(contentsOf: words[random(words.count)].unicodeScalars, at: place)
        }
      }
      let source = String(String.UnicodeScalarView(letters))
      if (try? ChatTemplate(source, name: "template").render(data, limits: limits)) != nil { rendered += 1 }
    }
    // Some of both kinds, or nothing would have been tried.
    #expect(rendered > count / 20 && rendered < count)
  }
}
