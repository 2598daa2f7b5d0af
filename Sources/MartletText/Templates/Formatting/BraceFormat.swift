/// Python's `str.format`: `{}`, `{0}`, `{name.attribute[key]!r:specification}`.
struct BraceFormat {
  private let arguments: CallArguments
  private let meter: TemplateMeter
  private var nextPlace = 0
  private var numbering: Numbering?

  private enum Numbering {
    case automatic, manual
  }

  static func make(
    _ format: TracedText, _ arguments: CallArguments, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    var formatter = BraceFormat(arguments: arguments, meter: meter)
    return try formatter.make(format, depth: 2)
  }

  private init(arguments: CallArguments, meter: TemplateMeter) {
    (self.arguments, self.meter) = (arguments, meter)
  }

  private mutating func make(_ format: TracedText, depth: Int) throws(MartletError) -> TracedText {
    if depth < 0 { throw MartletError("Max string recursion exceeded") }
    let (open, close) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
    let bytes = format.bytes
    var builder = TextBuilder(meter)
    var (plainStart, place) = (0, 0)
    while place < bytes.count {
      let byte = bytes[place]
      guard byte == open || byte == close else {
        place += 1
        continue
      }
      try builder.append(format, plainStart..<place)
      if place + 1 < bytes.count, bytes[place + 1] == byte {
        try builder.append(format, place..<place + 1)
        place += 2
      } else if byte == close {
        throw MartletError("Single '}' encountered in format string")
      } else {
        let end = try fieldEnd(bytes, place + 1)
        try builder.append(try field(format[place + 1..<end], depth))
        place = end + 1
      }
      plainStart = place
    }
    try builder.append(format, plainStart..<bytes.count)
    return builder.text
  }

  private func fieldEnd(_ bytes: [UInt8], _ start: Int) throws(MartletError) -> Int {
    if start >= bytes.count { throw MartletError("Single '{' encountered in format string") }
    var (place, nested, isKey) = (start, 0, false)
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "["): isKey = true
      case UInt8(ascii: "]"): isKey = false
      case UInt8(ascii: "{") where !isKey: nested += 1
      case UInt8(ascii: "}") where !isKey:
        if nested == 0 { return place }
        nested -= 1
      default: break
      }
      place += 1
    }
    throw MartletError("expected '}' before end of string")
  }

  private mutating func field(_ field: TracedText, _ depth: Int) throws(MartletError) -> TracedText {
    // The name goes up to the first ! or : outside of brackets.
    var (nameEnd, isKey) = (0, false)
    while nameEnd < field.count {
      let byte = field.bytes[nameEnd]
      if byte == UInt8(ascii: "[") { isKey = true }
      if byte == UInt8(ascii: "]") { isKey = false }
      if !isKey, byte == UInt8(ascii: "!") || byte == UInt8(ascii: ":") { break }
      nameEnd += 1
    }
    var value = try value(named: field[0..<nameEnd].string)
    var rest = nameEnd
    if rest < field.count, field.bytes[rest] == UInt8(ascii: "!") {
      let conversion = rest + 1 < field.count ? field.bytes[rest + 1] : 0
      rest += 2
      guard rest >= field.count || field.bytes[rest] == UInt8(ascii: ":") else {
        throw MartletError("expected ':' after conversion specifier")
      }
      switch conversion {
      case UInt8(ascii: "r"), UInt8(ascii: "a"):
        value = .text(try PythonText.representation(of: value, meter))
      case UInt8(ascii: "s"): value = .text(try PythonText.string(of: value, meter))
      default: throw MartletError("Unknown conversion specifier in a format string")
      }
    }
    let specification =
      rest < field.count ? try make(field[rest + 1..<field.count], depth: depth - 1) : .empty
    if specification.isEmpty { return try PythonText.string(of: value, meter) }
    return try FormatSpecification(specification).format(value, meter)
  }

  private mutating func value(named name: String) throws(MartletError) -> TemplateValue {
    let scalars = name.unicodeScalars
    let firstEnd = scalars.firstIndex { $0 == "." || $0 == "[" } ?? scalars.endIndex
    var value = try first(String(scalars[..<firstEnd]))
    var rest = scalars[firstEnd...]
    while let sign = rest.popFirst() {
      if sign == "." {
        let end = rest.firstIndex { $0 == "." || $0 == "[" } ?? rest.endIndex
        value = try TemplateMembers.attribute(String(rest[..<end]), of: value)
        rest = rest[end...]
      } else if sign == "[", let end = rest.firstIndex(of: "]") {
        let key = String(rest[..<end])
        value = try TemplateMembers.item(Int(key).map { .integer($0) } ?? .text(key), of: value, meter)
        rest = rest[rest.index(after: end)...]
      } else {
        throw MartletError("a field's name in a format string is not readable")
      }
    }
    return value
  }

  private mutating func first(_ name: String) throws(MartletError) -> TemplateValue {
    let number = Int(name)
    if name.isEmpty || number != nil {
      let wanted: Numbering = name.isEmpty ? .automatic : .manual
      if let numbering, numbering != wanted {
        throw MartletError("cannot switch between automatic and manual field numbering")
      }
      numbering = wanted
      let place = number ?? nextPlace
      if name.isEmpty { nextPlace += 1 }
      guard arguments.positional.indices.contains(place) else {
        throw MartletError("Replacement index \(place) out of range for positional args tuple")
      }
      return arguments.positional[place]
    }
    guard let found = arguments.keywords.first(where: { $0.name.bytes.elementsEqual(name.utf8) }) else {
      throw MartletError("the format string names '\(PrintableName.make(name))', which is not given")
    }
    return found.value
  }
}
