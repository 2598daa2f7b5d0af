/// Writes JSON text as `serde_json` (and so `tokenizers`) writes it: compact or indented by two spaces,
/// characters beyond ASCII as they are.
///
/// Numbers are the shortest that read back as the same double. JSON has no infinities and no not-a-number:
/// they become `null`.
struct JSONWriter {
  private var output: [UInt8] = []
  private let isPretty: Bool

  static func write(_ value: JSON, pretty: Bool) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty)
    writer.write(value, level: 0)
    return writer.output
  }

  private init(pretty: Bool) {
    isPretty = pretty
  }

  private mutating func write(_ value: JSON, level: Int) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): append(value.description)
    case .unsigned(let value): append(value.description)
    case .number(let value): append(value.isFinite ? value.description : "null")
    case .string(let value): write(value)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (place, element) in elements.enumerated() {
        startElement(place, level: level)
        write(element, level: level + 1)
      }
      end(UInt8(ascii: "]"), isEmpty: elements.isEmpty, level: level)
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for place in 0..<members.count {
        startElement(place, level: level)
        write(members.keys[place])
        append(isPretty ? ": " : ":")
        write(members.values[place], level: level + 1)
      }
      end(UInt8(ascii: "}"), isEmpty: members.isEmpty, level: level)
    }
  }

  private mutating func startElement(_ place: Int, level: Int) {
    if place > 0 { output.append(UInt8(ascii: ",")) }
    if isPretty { newLine(level: level + 1) }
  }

  private mutating func end(_ bracket: UInt8, isEmpty: Bool, level: Int) {
    if isPretty, !isEmpty { newLine(level: level) }
    output.append(bracket)
  }

  private mutating func newLine(level: Int) {
    output.append(UInt8(ascii: "\n"))
    for _ in 0..<(2 * level) { output.append(UInt8(ascii: " ")) }
  }

  private mutating func append(_ text: String) {
    output.append(contentsOf: text.utf8)
  }

  private mutating func write(_ text: String) {
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x08: append("\\b")
      case 0x0C: append("\\f")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20: append(byte < 0x10 ? "\\u000" : "\\u001"); append(String(byte & 0xF, radix: 16))
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}

extension JSON {
  /// The text of this value on one line without spaces.
  package var compact: String { String(decoding: bytes(pretty: false), as: UTF8.self) }

  /// The text of this value, indented by two spaces, without a newline at its end.
  package var pretty: String { String(decoding: bytes(pretty: true), as: UTF8.self) }

  /// The UTF-8 text of this value.
  package func bytes(pretty: Bool) -> [UInt8] { JSONWriter.write(self, pretty: pretty) }
}

extension JSON: CustomStringConvertible {
  package var description: String { compact }
}
