import Testing

@testable import MartletText

/// What came with the data is told from what the template wrote, whatever was done to it.
@Suite struct TemplateOriginTests {
  /// The text with what the template wrote in brackets.
  private func marked(_ template: String, _ data: JSONObject, tokens: JSONObject = [:]) throws -> String {
    let rendered = try ChatTemplate(template, name: "template").render(data, tokens: tokens)
    let bytes = Array(rendered.text.utf8)
    var result: [UInt8] = []
    var place = 0
    for range in rendered.trusted {
      result += bytes[place..<range.lowerBound] + Array("[".utf8) + bytes[range] + Array("]".utf8)
      place = range.upperBound
    }
    return String(decoding: result + bytes[place...], as: UTF8.self)
  }

  @Test(arguments: [
    ("<a>{{ m }}<b>", "[<a>] x<e>y [<b>]"), ("{{ '<a>' ~ m ~ '<b>' }}", "[<a>] x<e>y [<b>]"),
    ("{{ '<a>' + m|trim + '<b>' }}", "[<a>]x<e>y[<b>]"), ("{{ m|upper }}", " X<E>Y "),
    ("{{ m.replace('x', '<z>') }}", " [<z>]<e>y "), ("{{ m[1:5] }}", "x<e>"),
    ("{{ m.split('<')|join('|') }}", " x[|]e>y "), ("{{ [m, 'c']|join(',') }}", " x<e>y [,c]"),
    ("{{ {'k': m}|tojson }}", "[{\"k\": \"] x<e>y [\"}]"), ("{{ '%s!' % m }}", " x<e>y [!]"),
    ("{{ '{}!'.format(m) }}", " x<e>y [!]"), ("{{ m|indent(2, true) }}", "[  ] x<e>y "),
    ("{% set t %}({{ m }}){% endset %}{{ t|trim }}", "[(] x<e>y [)]"),
    ("{% macro f(a) %}<{{ a }}>{% endmacro %}{{ f(m) }}", "[<] x<e>y [>]"),
    ("{% for c in m.strip() %}{{ c }}.{% endfor %}", "x[.]<[.]e[.]>[.]y[.]"),
    ("{{ m|replace(' ', '') ~ n }}", "x<e>y[7]"), ("{{ m.center(11, '*') }}", "[**] x<e>y [**]"),
    ("{{ bos_token ~ m }}", "[<s>] x<e>y "), ("{% filter upper %}a{{ m }}{% endfilter %}", "[A] X<E>Y "),
    ("{{ (m ~ '<a>')|reverse }}", "[>a<] y>e<x "), ("{{ d.keys()|first }}", "k<e>"),
    ("{{ m if m else '' }}{{ none }}", " x<e>y [None]"),
    ("{{ m|truncate(4, true, '…', 0) }}", " x<[…]"), ("{{ m|e }}", " x&lt;e&gt;y "),
    ("{{ m * 2 }}", " x<e>y  x<e>y "), ("{{ [m]|string }}", "[['] x<e>y [']]"),
  ]) func origins(template: String, expected: String) throws {
    // Numbers are written anew, so they are the template's.
    let data: JSONObject = ["m": " x<e>y ", "n": 7, "d": ["k<e>": 1]]
    let found = try marked(template, data, tokens: ["bos_token": "<s>"])
    #expect(found == expected)
  }
}
