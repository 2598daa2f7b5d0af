#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Python's arithmetic; integers are of 64 bits, and a larger one is an error.
enum TemplateArithmetic {
  private static let tooLarge = MartletError("an integer goes beyond 64 bits, which is not supported")

  static func negative(_ value: TemplateValue) throws(MartletError) -> TemplateValue {
    if case .number(let number) = value { return .number(-number) }
    guard let int = value.int else { throw unsupported("bad operand type for unary -", value) }
    guard int != .min else { throw tooLarge }
    return .integer(-int)
  }

  static func positive(_ value: TemplateValue) throws(MartletError) -> TemplateValue {
    if case .number = value { return value }
    guard let int = value.int else { throw unsupported("bad operand type for unary +", value) }
    return .integer(int)
  }

  private static func unsupported(_ what: String, _ value: TemplateValue) -> MartletError {
    if case .undefined(let value) = value { return MartletError(value.message) }
    return MartletError("\(what): '\(value.typeName)'")
  }

  static func compute(
    _ operation: Arithmetic, _ left: TemplateValue, _ right: TemplateValue, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    if let left = left.int, let right = right.int { return try compute(operation, left, right) }
    if let left = left.double, let right = right.double { return try compute(operation, left, right) }
    let meter = renderer.meter
    switch (operation, left, right) {
    case (.add, .text(let left), .text(let right)):
      var builder = TextBuilder(meter)
      try builder.append(left)
      try builder.append(right)
      return .text(builder.text)
    case (.add, .list(let left), .list(let right)):
      return .list(try joined(left, right, meter))
    case (.add, .tuple(let left), .tuple(let right)):
      return .tuple(try joined(left, right, meter))
    case (.multiply, _, _):
      if let times = right.int, let result = try repeated(left, times, meter) { return result }
      if let times = left.int, let result = try repeated(right, times, meter) { return result }
    case (.remainder, .text(let format), _):
      return .text(try PercentFormat.make(format, right, meter))
    default: break
    }
    for case .undefined(let value) in [left, right] { throw MartletError(value.message) }
    throw MartletError(
      "unsupported operand types for \(operation.rawValue): '\(left.typeName)' and '\(right.typeName)'")
  }

  private static func joined(
    _ left: TemplateList, _ right: TemplateList, _ meter: TemplateMeter
  ) throws(MartletError) -> TemplateList {
    try meter.step(left.elements.count + right.elements.count)
    return try TemplateList(left.elements + right.elements)
  }

  private static func repeated(
    _ value: TemplateValue, _ times: Int, _ meter: TemplateMeter
  ) throws(MartletError) -> TemplateValue? {
    func elements(_ list: TemplateList) throws(MartletError) -> TemplateList {
      if times <= 0 || list.elements.isEmpty { return .empty }
      let (count, overflow) = list.elements.count.multipliedReportingOverflow(by: times)
      try meter.step(overflow ? Int.max : count)
      var elements: [TemplateValue] = []
      for _ in 0..<times { elements += list.elements }
      return try TemplateList(elements)
    }
    switch value {
    case .text(let text):
      var builder = TextBuilder(meter)
      try builder.append(text, times: times)
      return .text(builder.text)
    case .list(let list): return .list(try elements(list))
    case .tuple(let list): return .tuple(try elements(list))
    default: return nil
    }
  }

  private static func compute(
    _ operation: Arithmetic, _ left: Int, _ right: Int
  ) throws(MartletError) -> TemplateValue {
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case .add: result = left.addingReportingOverflow(right)
    case .subtract: result = left.subtractingReportingOverflow(right)
    case .multiply: result = left.multipliedReportingOverflow(by: right)
    case .divide: return try compute(operation, Double(left), Double(right))
    case .floorDivide:
      if right == 0 { throw MartletError("integer division or modulo by zero") }
      result = left.dividedReportingOverflow(by: right)
      if !result.overflow, left % right != 0, (left < 0) != (right < 0) {
        return .integer(result.partialValue - 1)
      }
    case .remainder:
      if right == 0 { throw MartletError("integer modulo by zero") }
      if right == -1 { return .integer(0) }
      let rest = left % right
      return .integer(rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest)
    case .power:
      if right < 0 { return try compute(operation, Double(left), Double(right)) }
      return .integer(try power(left, right))
    }
    if result.overflow { throw tooLarge }
    return .integer(result.partialValue)
  }

  private static func power(_ base: Int, _ exponent: Int) throws(MartletError) -> Int {
    if base == 0 || base == 1 { return exponent == 0 ? 1 : base }
    if base == -1 { return exponent % 2 == 0 ? 1 : -1 }
    // Every other base leaves 64 bits before its 64th power.
    if exponent > 63 { throw tooLarge }
    var result = 1
    for _ in 0..<exponent {
      let (product, overflow) = result.multipliedReportingOverflow(by: base)
      if overflow { throw tooLarge }
      result = product
    }
    return result
  }

  private static func compute(
    _ operation: Arithmetic, _ left: Double, _ right: Double
  ) throws(MartletError) -> TemplateValue {
    switch operation {
    case .add: return .number(left + right)
    case .subtract: return .number(left - right)
    case .multiply: return .number(left * right)
    case .divide:
      if right == 0 { throw MartletError("division by zero") }
      return .number(left / right)
    case .floorDivide:
      if right == 0 { throw MartletError("division by zero") }
      return .number(floorDivision(left, right).quotient)
    case .remainder:
      if right == 0 { throw MartletError("division by zero") }
      return .number(floorDivision(left, right).remainder)
    case .power:
      if left == 0, right < 0 { throw MartletError("zero cannot be raised to a negative power") }
      if left < 0, right.isFinite, right != right.rounded() {
        throw MartletError("a negative number raised to a fraction is complex, which is not supported")
      }
      let result = pow(left, right)
      if result.isInfinite, left.isFinite, right.isFinite { throw MartletError("the result is too large") }
      return .number(result)
    }
  }

  /// As CPython's floatobject.c computes them.
  private static func floorDivision(_ left: Double, _ right: Double) -> (quotient: Double, remainder: Double)
  {
    var remainder = fmod(left, right)
    var quotient = (left - remainder) / right
    if remainder != 0 {
      if (right < 0) != (remainder < 0) {
        remainder += right
        quotient -= 1
      }
    } else {
      remainder = copysign(0, right)
    }
    if quotient != 0 {
      let whole = quotient.rounded(.down)
      quotient = quotient - whole > 0.5 ? whole + 1 : whole
    } else {
      quotient = copysign(0, left / right)
    }
    return (quotient, remainder)
  }
}
