/// Filters of numbers.
enum NumberFilters {
  static func absolute(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "abs")
    if let int = value.int {
      guard int != .min else { throw MartletError("the integer is too large") }
      return .integer(abs(int))
    }
    guard let double = value.double else {
      throw MartletError("bad operand type for abs(): '\(value.typeName)'")
    }
    return .number(double.magnitude)
  }

  static func int(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["default", "base"], "int")
    let standard = bound[0] ?? .integer(0)
    switch value {
    case .integer(let int): return .integer(int)
    case .bool(let flag): return .integer(flag ? 1 : 0)
    case .number(let double):
      return Int(exactly: double.rounded(.towardZero)).map { .integer($0) } ?? standard
    case .text(let text):
      if let int = PythonNumber.int(text.string, base: try bound.int(1, 10)) { return .integer(int) }
      let double = PythonNumber.double(text.string)
      return double.flatMap { Int(exactly: $0.rounded(.towardZero)) }.map { .integer($0) } ?? standard
    default: return standard
    }
  }

  static func float(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["default"], "float")
    if let double = value.double { return .number(double) }
    if case .text(let text) = value, let double = PythonNumber.double(text.string) { return .number(double) }
    return bound[0] ?? .number(0)
  }

  static func round(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["precision", "method"], "round")
    let (digits, method) = (try bound.int(0, 0), try bound.text(1, TracedText("common")).string)
    guard ["common", "ceil", "floor"].contains(method) else {
      throw MartletError("method must be common, ceil or floor")
    }
    guard let double = value.double else {
      throw MartletError("type \(value.typeName) doesn't define __round__ method")
    }
    if method == "common" {
      if let int = value.int { return .integer(rounded(int, digits)) }
      return .number(PythonNumber.rounded(double, digits))
    }
    let scale = power(of: 10, digits)
    let scaled = (double * scale).rounded(method == "ceil" ? .up : .down)
    return .number(scaled / scale)
  }

  /// An integer rounded to tens, hundreds and so on, ties to the even one.
  private static func rounded(_ value: Int, _ digits: Int) -> Int {
    if digits >= 0 { return value }
    guard digits > -19 else { return 0 }
    let unit = (0..<(-digits)).reduce(1) { product, _ in product * 10 }
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: unit)
    let twice = rest.magnitude.multipliedReportingOverflow(by: 2)
    let isUp =
      twice.overflow || twice.partialValue > unit || (twice.partialValue == unit && quotient % 2 != 0)
    return (quotient + (isUp ? (value < 0 ? -1 : 1) : 0)).multipliedReportingOverflow(by: unit).partialValue
  }

  private static func power(of base: Double, _ exponent: Int) -> Double {
    let exponent = min(max(exponent, -400), 400)
    let product = (0..<abs(exponent)).reduce(1.0) { product, _ in product * base }
    return exponent < 0 ? 1 / product : product
  }

  /// A number of bytes with a fitting unit.
  static func fileSize(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["binary"], "filesizeformat")
    let text = value.text?.string
    guard let bytes = value.double ?? text.flatMap(PythonNumber.double) else {
      throw MartletError("filesizeformat needs a number, not \(value.typeName)")
    }
    let isBinary = bound.flag(0, false)
    let base = isBinary ? 1024.0 : 1000.0
    if bytes == 1 { return .text("1 Byte") }
    if bytes < base {
      return .text("\(PythonNumber.printed(bytes.rounded(.towardZero), "f", precision: 0)) Bytes")
    }
    let prefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"]
    var (size, unit) = (base, 0)
    while bytes >= size * base, unit < prefixes.count - 1 { (size, unit) = (size * base, unit + 1) }
    let shown = PythonNumber.printed(bytes / size, "f", precision: 1)
    return .text("\(shown) \(isBinary ? prefixes[unit].uppercased() + "iB" : prefixes[unit] + "B")")
  }
}
