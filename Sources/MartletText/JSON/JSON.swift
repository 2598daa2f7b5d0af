/// A JSON value: objects keep the order of their keys, integers are exact to 64 bits.
///
/// Strings and keys are compared by their UTF-8 bytes, not by Swift's canonical equivalence, because a
/// vocabulary holds the composed and the decomposed "é" as two different tokens.
package enum JSON: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// An integer above `Int.max`; smaller ones are always `integer`.
  case unsigned(UInt)
  case number(Double)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

extension JSON {
  /// An exact value for any unsigned integer, such as a seed.
  package init(_ value: UInt64) {
    self = Int(exactly: value).map(JSON.integer) ?? .unsigned(UInt(value))
  }

  /// Whether this is `null`.
  package var isNull: Bool {
    if case .null = self { return true }
    return false
  }

  /// The truth value, or nil for anything else.
  package var bool: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  /// The integer, or nil for anything else. `2.0` counts as 2, since some writers make no difference.
  package var int: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The integer from 0 to 2⁶⁴ - 1, or nil for anything else.
  package var uint64: UInt64? {
    switch self {
    case .unsigned(let value): UInt64(value)
    default: int.flatMap { UInt64(exactly: $0) }
    }
  }

  /// The number, or nil for anything else. Integers are rounded to the nearest double.
  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The string, or nil for anything else.
  package var string: String? {
    if case .string(let value) = self { return value }
    return nil
  }

  /// The elements, or nil for anything else.
  package var array: [JSON]? {
    if case .array(let value) = self { return value }
    return nil
  }

  /// The members, or nil for anything else.
  package var object: JSONObject? {
    if case .object(let value) = self { return value }
    return nil
  }

  /// The member of an object, nil when this is no object or has no such key. Setting makes an object of `null`.
  package subscript(key: String) -> JSON? {
    get { object?[key] }
    set {
      var members = object ?? [:]
      self = .null
      members[key] = newValue
      self = .object(members)
    }
  }

  /// The element of an array, nil when this is no array or has no such place.
  package subscript(place: Int) -> JSON? {
    guard let array, array.indices.contains(place) else { return nil }
    return array[place]
  }

  /// What kind of value this is, in words for messages.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .integer, .unsigned: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSON: Equatable {
  /// Equal bytes, equal numbers of the same kind, members in the same order.
  package static func == (left: JSON, right: JSON) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.unsigned(let left), .unsigned(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): UTF8Key(left) == UTF8Key(right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(dictionaryLiteral members: (String, JSON)...) { self = .object(JSONObject(members)) }
}
