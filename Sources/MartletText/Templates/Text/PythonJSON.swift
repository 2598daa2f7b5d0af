/// Values as Python's `json.dumps` writes them, which is what `tojson` is in `transformers`.
struct PythonJSON {
  /// How the JSON is laid out.
  struct Layout {
    var escapesBeyondASCII = false
    /// What each level is indented with; nil for one line.
    var indent: TracedText?
    var itemSeparator = TracedText(", ")
    var keySeparator = TracedText(": ")
    var sortsKeys = false
  }

  private let layout: Layout
  private var builder: TextBuilder

  static func text(
    of value: TemplateValue, _ layout: Layout, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    var writer = PythonJSON(layout: layout, builder: TextBuilder(meter))
    try writer.append(value, level: 0)
    return writer.builder.text
  }

  private mutating func append(_ value: TemplateValue, level: Int) throws(MartletError) {
    try builder.meter.step()
    switch value {
    case .none: try builder.append("null")
    case .bool(let value): try builder.append(value ? "true" : "false")
    case .integer(let value): try builder.append(String(value))
    case .number(let value): try builder.append(Self.number(value))
    case .text(let text): try append(text)
    case .list(let list), .tuple(let list): try append(list.elements, level: level)
    case .dictionary(let dictionary): try append(dictionary, level: level)
    case .undefined, .object:
      throw MartletError("Object of type \(value.typeName) is not JSON serializable")
    }
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return PythonNumber.shown(value)
  }

  private mutating func append(_ elements: [TemplateValue], level: Int) throws(MartletError) {
    if elements.isEmpty { return try builder.append("[]") }
    try builder.append("[")
    for (place, element) in elements.enumerated() {
      try startItem(place, level: level)
      try append(element, level: level + 1)
    }
    try newLine(level: level)
    try builder.append("]")
  }

  private mutating func append(_ dictionary: TemplateDictionary, level: Int) throws(MartletError) {
    if dictionary.count == 0 { return try builder.append("{}") }
    var places = Array(dictionary.keys.indices)
    if layout.sortsKeys {
      places = try TemplateComparison.sorted(dictionary.keys, descending: false, builder.meter)
    }
    try builder.append("{")
    for (number, place) in places.enumerated() {
      try startItem(number, level: level)
      try append(try Self.key(dictionary.keys[place]))
      try builder.append(layout.keySeparator)
      try append(dictionary.values[place], level: level + 1)
    }
    try newLine(level: level)
    try builder.append("}")
  }

  private static func key(_ key: TemplateValue) throws(MartletError) -> TracedText {
    switch key {
    case .text(let text): text
    case .none: TracedText("null")
    case .bool(let value): TracedText(value ? "true" : "false")
    case .integer(let value): TracedText(String(value))
    case .number(let value): TracedText(number(value))
    default: throw MartletError("keys must be str, int, float, bool or None, not \(key.typeName)")
    }
  }

  private mutating func startItem(_ place: Int, level: Int) throws(MartletError) {
    if place > 0 { try builder.append(layout.itemSeparator) }
    try newLine(level: level + 1)
  }

  private mutating func newLine(level: Int) throws(MartletError) {
    guard let indent = layout.indent else { return }
    try builder.append("\n")
    try builder.append(indent, times: level)
  }

  private mutating func append(_ text: TracedText) throws(MartletError) {
    try builder.append("\"")
    var plainStart = 0
    for scalar in text.scalars {
      guard let escape = escape(scalar.value) else { continue }
      try builder.append(text, plainStart..<scalar.range.lowerBound)
      try builder.append(escape, origin: text.origin(at: scalar.range.lowerBound))
      plainStart = scalar.range.upperBound
    }
    try builder.append(text, plainStart..<text.count)
    try builder.append("\"")
  }

  private func escape(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    case "\u{8}": return "\\b"
    case "\u{C}": return "\\f"
    default: break
    }
    if scalar.value < 0x20 { return "\\u\(PythonText.hexadecimal(scalar.value, 4))" }
    // With ASCII only, Python leaves 0x7F as it is.
    guard layout.escapesBeyondASCII, scalar.value > 0x7F else { return nil }
    return UTF16.encode(scalar)!.map { "\\u\(PythonText.hexadecimal(UInt32($0), 4))" }.joined()
  }
}
