/// A JSON object of a file together with its place, for reading members with messages that name both.
///
/// ```swift
/// let configuration = try JSONReader(file: "model/config.json")
/// let width = try configuration.required("hidden_size", as: Int.self)
/// let window = try configuration.optional("sliding_window", as: Int.self)
/// ```
package struct JSONReader: Sendable {
  /// The file, as messages name it.
  package let file: String
  /// The keys that lead here, joined by dots; empty at the root.
  package let path: String
  /// The object itself.
  package let members: JSONObject

  /// Reads a file that holds one JSON object.
  package init(file: String) throws(MartletError) {
    try self.init(try JSON(file: file), file: file)
  }

  /// - Throws: when `json` is not an object.
  package init(_ json: JSON, file: String, path: String = "") throws(MartletError) {
    guard let members = json.object else {
      let place = path.isEmpty ? "" : "\"\(path)\" must be "
      throw MartletError("\(file): \(place)\(path.isEmpty ? "expected " : "")an object, found \(json.kind)")
    }
    self.file = file
    self.path = path
    self.members = members
  }

  /// The raw value of a key; nil when it is missing or null.
  package subscript(key: String) -> JSON? {
    guard let value = members[key], !value.isNull else { return nil }
    return value
  }

  /// The value of a key that must be there.
  ///
  /// - Throws: when the key is missing, null, or of another kind.
  package func required<Value: JSONReadable>(
    _ key: String, as type: Value.Type = Value.self
  ) throws(MartletError) -> Value {
    guard let value = try optional(key, as: type) else {
      throw MartletError("\(file): the key \"\(fullPath(key))\" is missing; expected \(Value.jsonKind)")
    }
    return value
  }

  /// The value of a key; nil when the key is missing or null.
  ///
  /// - Throws: when the value is of another kind.
  package func optional<Value: JSONReadable>(
    _ key: String, as type: Value.Type = Value.self
  ) throws(MartletError) -> Value? {
    guard let json = self[key] else { return nil }
    guard let value = Value(json: json) else { throw unexpected(key, expected: Value.jsonKind) }
    return value
  }

  /// A reader of the object at a key that must be there.
  package func reader(_ key: String) throws(MartletError) -> JSONReader {
    guard let reader = try optionalReader(key) else {
      throw MartletError("\(file): the key \"\(fullPath(key))\" is missing; expected an object")
    }
    return reader
  }

  /// A reader of the object at a key; nil when the key is missing or null.
  package func optionalReader(_ key: String) throws(MartletError) -> JSONReader? {
    guard let json = self[key] else { return nil }
    return try JSONReader(json, file: file, path: fullPath(key))
  }

  /// Readers of the objects in the array at a key; empty when the key is missing or null.
  package func readers(_ key: String) throws(MartletError) -> [JSONReader] {
    var readers: [JSONReader] = []
    for (place, element) in (try optional(key, as: [JSON].self) ?? []).enumerated() {
      readers.append(try JSONReader(element, file: file, path: "\(fullPath(key))[\(place)]"))
    }
    return readers
  }

  /// An error about the value of a key: what it must be and what it is.
  package func unexpected(_ key: String, expected: String) -> MartletError {
    let found = members[key].map { json in
      switch json {
      case .array, .object, .null: json.kind
      default: json.compact.count <= 80 ? json.compact : json.kind
      }
    }
    return MartletError(
      "\(file): the key \"\(fullPath(key))\" must be \(expected), found \(found ?? "nothing")")
  }

  /// The keys that lead to `key`, joined by dots.
  package func fullPath(_ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }
}

/// A type that a JSON value can be read as.
package protocol JSONReadable {
  /// What the value must be, in words for messages: "an integer".
  static var jsonKind: String { get }
  /// Nil when the value is of another kind.
  init?(json: JSON)
}

extension JSON: JSONReadable {
  package static var jsonKind: String { "a value" }
  package init?(json: JSON) { self = json }
}

extension Bool: JSONReadable {
  package static var jsonKind: String { "true or false" }
  package init?(json: JSON) {
    guard let value = json.bool else { return nil }
    self = value
  }
}

extension Int: JSONReadable {
  package static var jsonKind: String { "an integer" }
  package init?(json: JSON) {
    guard let value = json.int else { return nil }
    self = value
  }
}

extension UInt64: JSONReadable {
  package static var jsonKind: String { "an integer from 0" }
  package init?(json: JSON) {
    guard let value = json.uint64 else { return nil }
    self = value
  }
}

extension Double: JSONReadable {
  package static var jsonKind: String { "a number" }
  package init?(json: JSON) {
    guard let value = json.double else { return nil }
    self = value
  }
}

extension Float: JSONReadable {
  package static var jsonKind: String { "a number" }
  package init?(json: JSON) {
    guard let value = json.double else { return nil }
    self = Float(value)
  }
}

extension String: JSONReadable {
  package static var jsonKind: String { "a string" }
  package init?(json: JSON) {
    guard let value = json.string else { return nil }
    self = value
  }
}

extension Array: JSONReadable where Element: JSONReadable {
  package static var jsonKind: String { "an array of values, each \(Element.jsonKind)" }
  package init?(json: JSON) {
    guard let elements = json.array else { return nil }
    var values: [Element] = []
    values.reserveCapacity(elements.count)
    for element in elements {
      guard let value = Element(json: element) else { return nil }
      values.append(value)
    }
    self = values
  }
}
