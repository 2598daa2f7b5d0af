/// Python's `format % values`.
struct PercentFormat {
  private let format: TracedText
  private let values: TemplateValue
  private let meter: TemplateMeter
  private var builder: TextBuilder
  private var place = 0
  private var nextValue = 0

  static func make(
    _ format: TracedText, _ values: TemplateValue, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    var formatter = PercentFormat(format, values, meter)
    return try formatter.make()
  }

  private init(_ format: TracedText, _ values: TemplateValue, _ meter: TemplateMeter) {
    (self.format, self.values, self.meter) = (format, values, meter)
    builder = TextBuilder(meter)
  }

  private var byte: UInt8? { place < format.count ? format.bytes[place] : nil }

  private mutating func make() throws(MartletError) -> TracedText {
    var plainStart = 0
    while let found = byte {
      guard found == UInt8(ascii: "%") else {
        place += 1
        continue
      }
      try builder.append(format, plainStart..<place)
      place += 1
      try conversion()
      plainStart = place
    }
    try builder.append(format, plainStart..<format.count)
    if case .tuple(let tuple) = values {
      if nextValue < tuple.elements.count { throw unusedArguments }
    } else if nextValue == 0 {
      if case .dictionary = values { return builder.text }
      if case .list = values { return builder.text }
      throw unusedArguments
    }
    return builder.text
  }

  private let unusedArguments = MartletError("not all arguments converted during string formatting")

  private mutating func next() throws(MartletError) -> TemplateValue {
    defer { nextValue += 1 }
    if case .tuple(let tuple) = values {
      if nextValue < tuple.elements.count { return tuple.elements[nextValue] }
    } else if nextValue == 0 {
      return values
    }
    throw MartletError("not enough arguments for format string")
  }

  private mutating func conversion() throws(MartletError) {
    var keyed: TemplateValue?
    if byte == UInt8(ascii: "(") { keyed = try key() }
    var specification = FormatSpecification()
    var isLeft = false
    var hasZeros = false
    flags: while let flag = byte {
      switch flag {
      case UInt8(ascii: "-"): isLeft = true
      case UInt8(ascii: "+"): specification.sign = "+"
      case UInt8(ascii: " "): if specification.sign != "+" { specification.sign = " " }
      case UInt8(ascii: "#"): specification.isAlternate = true
      case UInt8(ascii: "0"): hasZeros = true
      default: break flags
      }
      place += 1
    }
    if let width = try number() {
      specification.width = width.magnitude > 1 << 40 ? 1 << 40 : abs(width)
      if width < 0 { isLeft = true }
    }
    if byte == UInt8(ascii: ".") {
      place += 1
      specification.precision = max(0, try number() ?? 0)
    }
    while let letter = byte, "hlL".utf8.contains(letter) { place += 1 }
    guard let type = byte else { throw MartletError("incomplete format") }
    place += 1
    if type == UInt8(ascii: "%") { return try builder.append("%") }
    let value: TemplateValue
    if let keyed { value = keyed } else { value = try next() }
    specification.align = isLeft ? "<" : ">"
    try append(value, Unicode.Scalar(type), specification, hasZeros: hasZeros && !isLeft)
  }

  private mutating func key() throws(MartletError) -> TemplateValue {
    place += 1
    let start = place
    var nested = 1
    while let found = byte {
      if found == UInt8(ascii: "(") { nested += 1 }
      if found == UInt8(ascii: ")") { nested -= 1 }
      place += 1
      if nested == 0 { break }
    }
    guard nested == 0 else { throw MartletError("incomplete format key") }
    guard case .dictionary(let dictionary) = values else { throw MartletError("format requires a mapping") }
    let key = format[start..<place - 1]
    guard let value = try dictionary.value(.text(key)) else {
      throw MartletError("the format names '\(PrintableName.make(key.string))', which is not given")
    }
    nextValue += 1
    return value
  }

  private mutating func number() throws(MartletError) -> Int? {
    if byte == UInt8(ascii: "*") {
      place += 1
      guard let value = try next().int else { throw MartletError("* wants int") }
      return value
    }
    var value: Int?
    while let digit = byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
      let next = (value ?? 0) * 10 + Int(digit - UInt8(ascii: "0"))
      guard next <= 1 << 40 else { throw MartletError("a width in a format is too large") }
      value = next
      place += 1
    }
    return value
  }

  private mutating func append(
    _ value: TemplateValue, _ type: Unicode.Scalar, _ specification: FormatSpecification, hasZeros: Bool
  ) throws(MartletError) {
    var specification = specification
    if hasZeros {
      specification.fill = TracedText("0")
      specification.align = "="
    }
    switch type {
    case "s", "r", "a":
      let text =
        type == "s"
        ? try PythonText.string(of: value, meter) : try PythonText.representation(of: value, meter)
      var plain = FormatSpecification()
      (plain.width, plain.precision, plain.align) = (specification.width, specification.precision, ">")
      if specification.align == "<" { plain.align = "<" }
      try builder.append(try plain.format(.text(text), meter))
    case "d", "i", "u":
      guard let whole = value.double else { throw unfit(type, "a real number", value) }
      guard let int = value.int ?? Int(exactly: whole.rounded(.towardZero)) else {
        throw MartletError("%\(type) format: the number is not finite or beyond 64 bits")
      }
      let digits = max(0, (specification.precision ?? 0) - String(int.magnitude).utf8.count)
      specification.precision = nil
      specification.type = "d"
      specification.isAlternate = false
      try append(int, digits, specification)
    case "x", "X", "o":
      guard let int = value.int else { throw unfit(type, "an integer", value) }
      let digits = max(
        0, (specification.precision ?? 0) - String(int.magnitude, radix: type == "o" ? 8 : 16).utf8.count)
      specification.precision = nil
      specification.type = type
      try append(int, digits, specification)
    case "e", "E", "f", "F", "g", "G":
      guard let number = value.double else {
        if case .undefined(let value) = value { throw MartletError(value.message) }
        throw MartletError("must be real number, not \(value.typeName)")
      }
      specification.type = type
      try builder.append(try specification.format(.number(number), meter))
    case "c": try append(character: value, specification)
    default: throw MartletError("unsupported format character '\(type)'")
    }
  }

  /// A precision of an integer is its least number of digits.
  private mutating func append(
    _ value: Int, _ zeros: Int, _ specification: FormatSpecification
  ) throws(MartletError) {
    if zeros == 0 { return try builder.append(try specification.format(.integer(value), meter)) }
    try meter.text(zeros, longest: zeros)
    var plain = specification
    plain.width = 0
    let text = try plain.format(.integer(value), meter).string
    let firstDigit = text.firstIndex { $0.isHexDigit } ?? text.startIndex
    let start = specification.isAlternate ? text.index(firstDigit, offsetBy: 2) : firstDigit
    let padded = text[..<start] + String(repeating: "0", count: zeros) + text[start...]
    var outer = FormatSpecification()
    (outer.width, outer.align) = (specification.width, specification.align == "<" ? "<" : ">")
    try builder.append(try outer.format(.text(String(padded)), meter))
  }

  private mutating func append(
    character value: TemplateValue, _ specification: FormatSpecification
  ) throws(MartletError) {
    var plain = FormatSpecification()
    (plain.width, plain.align) = (specification.width, specification.align == "<" ? "<" : ">")
    if let text = value.text, text.length == 1 {
      return try builder.append(try plain.format(.text(text), meter))
    }
    guard let scalar = value.int.flatMap({ UInt32(exactly: $0) }).flatMap(Unicode.Scalar.init) else {
      throw MartletError("%c requires an int or a unicode character, not \(value.typeName)")
    }
    try builder.append(try plain.format(.text(String(scalar)), meter))
  }

  private func unfit(_ type: Unicode.Scalar, _ expected: String, _ value: TemplateValue) -> MartletError {
    if case .undefined(let value) = value { return MartletError(value.message) }
    return MartletError("%\(type) format: \(expected) is required, not \(value.typeName)")
  }
}
