/// A value of a template while it is rendered: what Python has, as far as templates meet it.
enum TemplateValue {
  case undefined(UndefinedValue)
  case none
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(TracedText)
  case list(TemplateList)
  case tuple(TemplateList)
  case dictionary(TemplateDictionary)
  case object(TemplateObject)

  /// A text that the template made.
  static func text(_ text: String) -> TemplateValue { .text(TracedText(text)) }

  /// How deep values lie in this one.
  var depth: Int {
    switch self {
    case .list(let list), .tuple(let list): list.depth
    case .dictionary(let dictionary): dictionary.depth
    case .object(let object): object.depth
    default: 0
    }
  }

  var isUndefined: Bool {
    if case .undefined = self { return true }
    return false
  }

  /// The integer, where true and false count as 1 and 0.
  var int: Int? {
    switch self {
    case .integer(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }

  /// The number as a double, integers included.
  var double: Double? {
    if case .number(let value) = self { return value }
    return int.map(Double.init)
  }

  /// The text, when this is one.
  var text: TracedText? {
    if case .text(let text) = self { return text }
    return nil
  }

  /// Whether a condition holds for this value.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .number(let value): value != 0
    case .text(let text): !text.isEmpty
    case .list(let list), .tuple(let list): !list.elements.isEmpty
    case .dictionary(let dictionary): dictionary.count > 0
    case .object(let object): object.isTrue
    }
  }

  /// Python's name of the type.
  var typeName: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "NoneType"
    case .bool: "bool"
    case .integer: "int"
    case .number: "float"
    case .text: "str"
    case .list: "list"
    case .tuple: "tuple"
    case .dictionary: "dict"
    case .object(let object): object.typeName
    }
  }
}

/// What a name or a key that is not there stands for: empty and false, and an error where more is asked of it.
final class UndefinedValue: Sendable {
  /// What is missing, for the error.
  let message: String

  init(_ message: String) { self.message = message }

  /// The value of a name that stands for nothing.
  static func name(_ name: String) -> TemplateValue {
    .undefined(UndefinedValue("'\(name)' is undefined"))
  }

  /// The value of an attribute or element that is not there.
  static func member(_ key: String, of owner: TemplateValue) -> TemplateValue {
    let shown = PrintableName.make(key)
    if case .none = owner { return .undefined(UndefinedValue("'None' has no attribute '\(shown)'")) }
    return .undefined(UndefinedValue("'\(owner.typeName) object' has no attribute '\(shown)'"))
  }

  /// The value of an element whose place or key is no text.
  static func element(_ key: TemplateValue, of owner: TemplateValue) -> TemplateValue {
    if case .text(let text) = key { return member(text.string, of: owner) }
    let shown = key.int.map(String.init) ?? "of type \(key.typeName)"
    if case .none = owner { return .undefined(UndefinedValue("None has no element \(shown)")) }
    return .undefined(UndefinedValue("\(owner.typeName) object has no element \(shown)"))
  }
}

/// Names from templates and data, cut to a length that fits a sentence.
enum PrintableName {
  static func make(_ name: String) -> String {
    name.unicodeScalars.count <= 60
      ? name : String(String.UnicodeScalarView(name.unicodeScalars.prefix(60))) + "…"
  }
}
