#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Numbers as Python writes and reads them.
enum PythonNumber {
  /// The shortest decimal that reads back as the same double, with an exponent below 1e-4 and from 1e16 on.
  static func shown(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
    let (digits, exponent) = decimal(value.magnitude)
    let sign = value < 0 ? "-" : ""
    if exponent < -4 || exponent >= 16 {
      let rest = digits.dropFirst()
      let mantissa = rest.isEmpty ? String(digits.prefix(1)) : "\(digits.prefix(1)).\(rest)"
      let magnitude = abs(exponent)
      return "\(sign)\(mantissa)e\(exponent < 0 ? "-" : "+")\(magnitude < 10 ? "0" : "")\(magnitude)"
    }
    if exponent < 0 { return "\(sign)0.\(String(repeating: "0", count: -exponent - 1))\(digits)" }
    if digits.count <= exponent + 1 {
      return "\(sign)\(digits)\(String(repeating: "0", count: exponent + 1 - digits.count)).0"
    }
    return "\(sign)\(digits.prefix(exponent + 1)).\(digits.dropFirst(exponent + 1))"
  }

  /// The digits of the shortest decimal without zeros around them, and the power of ten of the first.
  private static func decimal(_ value: Double) -> (digits: String, exponent: Int) {
    let parts = value.description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    var exponent = (parts.count > 1 ? Int(parts[1])! : 0) + mantissa[0].count - 1
    var digits = Substring(mantissa[0] + fraction)
    while digits.first == "0", digits.count > 1 {
      digits = digits.dropFirst()
      exponent -= 1
    }
    while digits.last == "0", digits.count > 1 { digits = digits.dropLast() }
    return (String(digits), exponent)
  }

  /// What C's `printf` makes of a double: `format` is one of e, f and g.
  ///
  /// - Parameter precision: at most ``largestPrecision``.
  static func printed(_ value: Double, _ format: Character, precision: Int, alternate: Bool = false) -> String
  {
    var buffer = [CChar](repeating: 0, count: 400 + precision)
    let count = withVaList([Int32(precision), value]) { arguments in
      vsnprintf(&buffer, buffer.count, "%\(alternate ? "#" : "").*\(format)", arguments)
    }
    return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The most digits after the point that a format may ask for.
  static let largestPrecision = 1000

  /// A double rounded to a number of decimal digits, ties to the even one.
  static func rounded(_ value: Double, _ digits: Int) -> Double {
    if !value.isFinite || value == 0 { return value }
    if digits > 330 { return value }
    if digits < -310 { return copysign(0, value) }
    if digits >= 0 { return Double(printed(value, "f", precision: digits)) ?? value }
    // The digits before the point, of which some are dropped.
    let scale = pow(10, Double(-digits))
    return (value / scale).rounded(.toNearestOrEven) * scale
  }

  /// What Python's `int(text, base)` reads.
  static func int(_ text: String, base: Int) -> Int? {
    var digits = Substring(String(String.UnicodeScalarView(text.unicodeScalars.trimmingPythonSpace())))
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits = digits.dropFirst() }
    var base = base
    let prefixes: [(String, Int)] = [("0x", 16), ("0o", 8), ("0b", 2)]
    for (prefix, radix) in prefixes where base == radix || base == 0 {
      guard digits.lowercased().hasPrefix(prefix) else { continue }
      digits = digits.dropFirst(2)
      if digits.first == "_" { digits = digits.dropFirst() }
      base = radix
    }
    if base == 0 {
      if digits.count > 1, digits.first == "0", digits.contains(where: { $0 != "0" && $0 != "_" }) {
        return nil
      }
      base = 10
    }
    guard (2...36).contains(base), let first = digits.first, first != "_", first != "+", first != "-",
      digits.last != "_", !digits.contains("__")
    else { return nil }
    return Int((isNegative ? "-" : "") + digits.filter { $0 != "_" }, radix: base)
  }

  /// What Python's `float(text)` reads.
  static func double(_ text: String) -> Double? {
    let trimmed = String(String.UnicodeScalarView(text.unicodeScalars.trimmingPythonSpace()))
    var body = Substring(trimmed)
    if body.first == "-" || body.first == "+" { body = body.dropFirst() }
    switch body.lowercased() {
    case "inf", "infinity": return trimmed.first == "-" ? -.infinity : .infinity
    case "nan": return .nan
    default: break
    }
    var previous: Character = "_"
    for character in body {
      guard character.isASCII, character.isNumber || "._eE+-".contains(character) else { return nil }
      // An underscore stands between digits.
      if character == "_" || previous == "_", !(previous.isNumber || character.isNumber) { return nil }
      previous = character
    }
    if body.first == "_" || body.last == "_" { return nil }
    let plain = trimmed.filter { $0 != "_" }
    // Python allows no digit before or after the point, Swift does not.
    return Double(plain) ?? Double(completed(plain))
  }

  private static func completed(_ text: String) -> String {
    var result = ""
    for character in text {
      if character == ".", result.last?.isNumber != true { result += "0" }
      if character == "e" || character == "E", result.last == "." { result += "0" }
      result.append(character)
    }
    if result.last == ".", text.contains(where: \.isNumber) { result += "0" }
    return text.contains(where: \.isNumber) ? result : text
  }
}

extension String.UnicodeScalarView {
  /// Without the space at both ends.
  fileprivate func trimmingPythonSpace() -> SubSequence {
    var part = self[...]
    while let first = part.first, first.isPythonSpace { part = part.dropFirst() }
    while let last = part.last, last.isPythonSpace { part = part.dropLast() }
    return part
  }
}
