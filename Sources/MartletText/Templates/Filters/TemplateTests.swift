/// The tests of templates: `value is name(arguments)`.
///
/// Source: Jinja2 3.1, tests.py.
enum TemplateTests {
  private static let comparisons: [String: Comparison] = [
    "eq": .equal, "equalto": .equal, "==": .equal, "ne": .notEqual, "!=": .notEqual, "lt": .less,
    "lessthan": .less, "<": .less, "le": .lessOrEqual, "<=": .lessOrEqual, "gt": .greater,
    "greaterthan": .greater, ">": .greater, "ge": .greaterOrEqual, ">=": .greaterOrEqual, "in": .isIn,
  ]

  private static let plain: [String: @Sendable (TemplateValue) -> Bool] = [
    "boolean": { if case .bool = $0 { true } else { false } },
    "callable": { if case .object(let object) = $0 { object.isCallable } else { false } },
    "defined": { !$0.isUndefined },
    "undefined": { $0.isUndefined },
    "escaped": { _ in false },
    "false": { if case .bool(false) = $0 { true } else { false } },
    "true": { if case .bool(true) = $0 { true } else { false } },
    "float": { if case .number = $0 { true } else { false } },
    "integer": { if case .integer = $0 { true } else { false } },
    "mapping": { if case .dictionary = $0 { true } else { false } },
    "none": { if case .none = $0 { true } else { false } },
    "number": { $0.double != nil },
    "string": { $0.text != nil },
    "iterable": isIterable, "sequence": isSequence,
  ]

  static func has(_ name: String) -> Bool {
    comparisons[name] != nil || plain[name] != nil
      || ["divisibleby", "even", "odd", "filter", "test", "lower", "upper", "sameas"].contains(name)
  }

  static func holds(
    _ name: String, _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> Bool {
    try renderer.meter.step()
    if let test = plain[name] {
      _ = try arguments.bound(to: [], name)
      return test(value)
    }
    if let comparison = comparisons[name] {
      let other = try arguments.bound(to: ["other"], needed: 1, name)[0] ?? .none
      return try TemplateComparison.holds(comparison, value, other, renderer.meter)
    }
    switch name {
    case "even", "odd":
      _ = try arguments.bound(to: [], name)
      return try remainder(value, .integer(2), renderer) == (name == "odd" ? 1 : 0)
    case "divisibleby":
      let divisor = try arguments.bound(to: ["num"], needed: 1, name)[0] ?? .none
      return try remainder(value, divisor, renderer) == 0
    case "lower", "upper":
      _ = try arguments.bound(to: [], name)
      return TextClasses.holds("is" + name, try renderer.shown(value))
    case "filter", "test":
      _ = try arguments.bound(to: [], name)
      guard let wanted = value.text?.string else { return false }
      return name == "filter" ? TemplateFilters.has(wanted) : has(wanted)
    case "sameas":
      return isSame(value, try arguments.bound(to: ["other"], needed: 1, name)[0] ?? .none)
    default: throw MartletError("No test named '\(PrintableName.make(name))'.")
    }
  }

  private static func remainder(
    _ value: TemplateValue, _ divisor: TemplateValue, _ renderer: TemplateRenderer
  ) throws(MartletError) -> Double? {
    try TemplateArithmetic.compute(.remainder, value, divisor, renderer).double
  }

  @Sendable private static func isIterable(_ value: TemplateValue) -> Bool {
    switch value {
    case .undefined, .text, .list, .tuple, .dictionary: true
    case .object(let object): object is IteratorObject || object is ViewObject || object is LoopObject
    default: false
    }
  }

  /// Whether it has a length and elements.
  @Sendable private static func isSequence(_ value: TemplateValue) -> Bool {
    switch value {
    case .text, .list, .tuple, .dictionary: true
    case .object(let object as ViewObject): object.isRange
    default: false
    }
  }

  /// Whether both are one object: what Python keeps once, such as none and the truth values, or the same list.
  private static func isSame(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.none, .none): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.text(let left), .text(let right)): left == right
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)): left === right
    case (.dictionary(let left), .dictionary(let right)): left === right
    case (.object(let left), .object(let right)): left === right
    default: false
    }
  }
}
