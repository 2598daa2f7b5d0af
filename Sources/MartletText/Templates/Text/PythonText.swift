/// Values as Python's `str` and `repr` write them.
enum PythonText {
  /// `str(value)`
  static func string(of value: TemplateValue, _ meter: TemplateMeter) throws(MartletError) -> TracedText {
    switch value {
    case .text(let text): return text
    case .undefined: return .empty
    default: return try representation(of: value, meter)
    }
  }

  /// `repr(value)`
  static func representation(
    of value: TemplateValue, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    var builder = TextBuilder(meter)
    try append(value, to: &builder)
    return builder.text
  }

  private static func append(_ value: TemplateValue, to builder: inout TextBuilder) throws(MartletError) {
    try builder.meter.step()
    switch value {
    case .undefined: try builder.append("Undefined")
    case .none: try builder.append("None")
    case .bool(let value): try builder.append(value ? "True" : "False")
    case .integer(let value): try builder.append(String(value))
    case .number(let value): try builder.append(PythonNumber.shown(value))
    case .text(let text): try appendQuoted(text, to: &builder)
    case .list(let list): try append(list.elements, "[", "]", to: &builder)
    case .tuple(let list):
      try append(list.elements, "(", list.elements.count == 1 ? ",)" : ")", to: &builder)
    case .dictionary(let dictionary):
      try append(dictionary.keys, dictionary.values, to: &builder)
    case .object(let object): try append(object, to: &builder)
    }
  }

  private static func append(
    _ elements: [TemplateValue], _ open: String, _ close: String, to builder: inout TextBuilder
  ) throws(MartletError) {
    try builder.append(open)
    for (place, element) in elements.enumerated() {
      if place > 0 { try builder.append(", ") }
      try append(element, to: &builder)
    }
    try builder.append(close)
  }

  private static func append(
    _ keys: [TemplateValue], _ values: [TemplateValue], to builder: inout TextBuilder
  ) throws(MartletError) {
    try builder.append("{")
    for (place, (key, value)) in zip(keys, values).enumerated() {
      if place > 0 { try builder.append(", ") }
      try append(key, to: &builder)
      try builder.append(": ")
      try append(value, to: &builder)
    }
    try builder.append("}")
  }

  private static func append(_ object: TemplateObject, to builder: inout TextBuilder) throws(MartletError) {
    switch object {
    case let view as ViewObject:
      if case .range(let shown) = view.kind { return try builder.append(shown) }
      try builder.append("\(view.typeName)(")
      try append(view.elements, "[", "]", to: &builder)
      try builder.append(")")
    case let namespace as NamespaceObject:
      // A namespace can hold itself: the meter ends what never would.
      try builder.meter.enter()
      defer { builder.meter.leave() }
      try builder.append("<Namespace ")
      try append(namespace.names.map { .text($0) }, namespace.values, to: &builder)
      try builder.append(">")
    default: try builder.append(object.shown)
    }
  }

  /// A text in quotes: single ones unless it holds such and no double ones.
  private static func appendQuoted(_ text: TracedText, to builder: inout TextBuilder) throws(MartletError) {
    let hasSingle = text.bytes.contains(UInt8(ascii: "'"))
    let hasDouble = text.bytes.contains(UInt8(ascii: "\""))
    let quote: Unicode.Scalar = hasSingle && !hasDouble ? "\"" : "'"
    try builder.append(String(quote))
    var plainStart = 0
    for scalar in text.scalars {
      guard let escape = escape(scalar.value, quote) else { continue }
      try builder.append(text, plainStart..<scalar.range.lowerBound)
      try builder.append(escape, origin: text.origin(at: scalar.range.lowerBound))
      plainStart = scalar.range.upperBound
    }
    try builder.append(text, plainStart..<text.count)
    try builder.append(String(quote))
  }

  private static func escape(_ scalar: Unicode.Scalar, _ quote: Unicode.Scalar) -> String? {
    switch scalar {
    case quote, "\\": return "\\\(scalar)"
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    default: break
    }
    if scalar.value >= 0x20, scalar.value < 0x7F { return nil }
    if scalar.value > 0x7F, scalar.isPythonPrintable { return nil }
    let value = scalar.value
    if value < 0x100 { return "\\x\(hexadecimal(value, 2))" }
    return value < 0x10000 ? "\\u\(hexadecimal(value, 4))" : "\\U\(hexadecimal(value, 8))"
  }

  /// A number in lower-case hexadecimal with leading zeros.
  static func hexadecimal(_ value: UInt32, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
