/// Python's format specification: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
struct FormatSpecification {
  var fill = TracedText(" ")
  var align: Unicode.Scalar?
  var sign: Unicode.Scalar = "-"
  var isAlternate = false
  var width = 0
  var grouping: Unicode.Scalar?
  var precision: Int?
  var type: Unicode.Scalar?

  init() {}

  init(_ text: TracedText) throws(MartletError) {
    var scalars = Array(text.scalars)[...]
    let aligns: [Unicode.Scalar] = ["<", ">", "=", "^"]
    if scalars.count > 1, aligns.contains(scalars[1].value) {
      fill = text[scalars[0].range]
      align = scalars[1].value
      scalars = scalars.dropFirst(2)
    } else if let first = scalars.first?.value, aligns.contains(first) {
      align = first
      scalars = scalars.dropFirst()
    }
    func take(_ wanted: String) -> Unicode.Scalar? {
      guard let first = scalars.first?.value, wanted.unicodeScalars.contains(first) else { return nil }
      scalars = scalars.dropFirst()
      return first
    }
    if let found = take("+- ") { sign = found }
    isAlternate = take("#") != nil
    if take("0") != nil, align == nil {
      fill = TracedText("0")
      align = "="
    }
    width = try Self.number(&scalars) ?? 0
    grouping = take(",_")
    if take(".") != nil {
      guard let digits = try Self.number(&scalars) else {
        throw MartletError("format specifier missing precision")
      }
      precision = digits
    }
    type = scalars.popFirst()?.value
    if !scalars.isEmpty {
      throw MartletError("invalid format specifier '\(PrintableName.make(text.string))'")
    }
  }

  private static func number(_ scalars: inout ArraySlice<TracedText.Scalar>) throws(MartletError) -> Int? {
    var value: Int?
    while let digit = scalars.first?.value, ("0"..."9").contains(digit) {
      let next = (value ?? 0) * 10 + Int(digit.value - 0x30)
      guard next <= 1 << 40 else { throw MartletError("a width in a format is too large") }
      value = next
      scalars = scalars.dropFirst()
    }
    return value
  }

  // MARK: Formatting

  func format(_ value: TemplateValue, _ meter: TemplateMeter) throws(MartletError) -> TracedText {
    switch value {
    case .text(let text): return try format(text, meter)
    case .integer(let value): return try format(value, meter)
    case .number(let value): return try format(value, meter)
    case .bool(let value):
      if type == nil { return try format(TracedText(value ? "True" : "False"), meter) }
      return try format(value ? 1 : 0, meter)
    case .undefined(let value): throw MartletError(value.message)
    default:
      throw MartletError("unsupported format string passed to \(value.typeName).__format__")
    }
  }

  private func format(_ text: TracedText, _ meter: TemplateMeter) throws(MartletError) -> TracedText {
    if let type, type != "s" { throw unknown(type, "str") }
    if align == "=" || grouping != nil || sign != "-" || isAlternate {
      // A leading zero asks for this alignment, and Python takes it for texts as "<".
      guard fill == TracedText("0"), grouping == nil, sign == "-", !isAlternate else {
        throw MartletError("a string's format has only fill, alignment, width and precision")
      }
    }
    var text = text
    if let precision, precision < text.length { text = text[0..<text.offset(ofCharacter: precision)] }
    return try padded(TracedText(""), text, standard: "<", meter)
  }

  private func unknown(_ type: Unicode.Scalar, _ name: String) -> MartletError {
    MartletError("unknown format code '\(type)' for object of type '\(name)'")
  }

  private func format(_ value: Int, _ meter: TemplateMeter) throws(MartletError) -> TracedText {
    let radix: Int
    var prefix = ""
    switch type {
    case nil, "d", "n": radix = 10
    case "b": (radix, prefix) = (2, "0b")
    case "o": (radix, prefix) = (8, "0o")
    case "x": (radix, prefix) = (16, "0x")
    case "X": (radix, prefix) = (16, "0X")
    case "c":
      guard let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) else {
        throw MartletError("%c arg not in range(0x110000)")
      }
      return try padded(TracedText(""), TracedText(String(scalar)), standard: "<", meter)
    case "e", "E", "f", "F", "g", "G", "%": return try format(Double(value), meter)
    default: throw unknown(type!, "int")
    }
    if precision != nil { throw MartletError("precision not allowed in integer format specifier") }
    let digits = String(value.magnitude, radix: radix, uppercase: type == "X")
    return try number(
      isNegative: value < 0, prefix: isAlternate ? prefix : "", digits, group: radix == 10 ? 3 : 4, meter)
  }

  private func format(_ value: Double, _ meter: TemplateMeter) throws(MartletError) -> TracedText {
    let precision = precision ?? 6
    if precision > PythonNumber.largestPrecision {
      throw MartletError("a precision above \(PythonNumber.largestPrecision) is not supported")
    }
    var digits: String
    let magnitude = value.magnitude
    switch type {
    case "e", "E": digits = PythonNumber.printed(magnitude, "e", precision: precision, alternate: isAlternate)
    case "f", "F": digits = PythonNumber.printed(magnitude, "f", precision: precision, alternate: isAlternate)
    case "%":
      digits = PythonNumber.printed(magnitude * 100, "f", precision: precision, alternate: isAlternate) + "%"
    case "g", "G", "n":
      digits = PythonNumber.printed(magnitude, "g", precision: max(precision, 1), alternate: isAlternate)
    case nil:
      digits = PythonNumber.shown(magnitude)
      if let asked = self.precision {
        // As "g", but with at least one digit after the point.
        digits = PythonNumber.printed(magnitude, "g", precision: max(asked, 1))
        if magnitude.isFinite, !digits.contains("."), !digits.contains("e") {
          digits = digits.count >= max(asked, 1) ? Self.scientific(magnitude, max(asked, 1)) : digits + ".0"
        }
      }
    default: throw unknown(type!, "float")
    }
    if type == "E" || type == "F" || type == "G" { digits = digits.uppercased() }
    return try number(
      isNegative: value.sign == .minus && !value.isNaN, prefix: "", digits, group: 3, meter)
  }

  private static func scientific(_ value: Double, _ digits: Int) -> String {
    let text = PythonNumber.printed(value, "e", precision: digits - 1)
    let parts = text.split(separator: "e")
    var mantissa = parts[0]
    if mantissa.contains(".") {
      while mantissa.last == "0" { mantissa = mantissa.dropLast() }
      if mantissa.last == "." { mantissa = mantissa.dropLast() }
    }
    return "\(mantissa)e\(parts[1])"
  }

  private func number(
    isNegative: Bool, prefix: String, _ digits: String, group: Int, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    let sign = isNegative ? "-" : self.sign == "-" ? "" : String(self.sign)
    var digits = digits
    if let grouping {
      let whole = digits.prefix { $0.isHexDigit }
      let rest = digits.dropFirst(whole.count)
      var count = whole.count
      if align == "=", fill == TracedText("0") {
        // The zeros are grouped as well.
        let room = min(width, 4096) - sign.count - prefix.count - rest.count
        while count + (count - 1) / group < room { count += 1 }
      }
      let padded = String(repeating: "0", count: count - whole.count) + whole
      var grouped = ""
      for (place, digit) in padded.enumerated() {
        if place > 0, (padded.count - place) % group == 0 { grouped.unicodeScalars.append(grouping) }
        grouped.append(digit)
      }
      digits = grouped + rest
    }
    return try padded(TracedText(sign + prefix), TracedText(digits), standard: ">", meter)
  }

  private func padded(
    _ start: TracedText, _ body: TracedText, standard: Unicode.Scalar, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    let room = max(0, width - start.length - body.length)
    var align = align ?? standard
    if align == "=", standard == "<" { align = "<" }
    let before = align == ">" ? room : align == "^" ? room / 2 : 0
    var builder = TextBuilder(meter)
    try builder.append(fill, times: before)
    try builder.append(start)
    if align == "=" { try builder.append(fill, times: room) }
    try builder.append(body)
    if align != "=" { try builder.append(fill, times: room - before) }
    return builder.text
  }
}
