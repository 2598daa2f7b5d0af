import MartletTensor
import MartletText

/// Reads the keys of a `config.json`, with errors that name the file, the key and what was expected.
///
/// It remembers which keys were asked for, so that one that nobody understands can be refused.
public struct ConfigurationReader {
  private let reader: JSONReader
  private let asked = AskedKeys()

  private final class AskedKeys {
    var keys: Set<String> = []
  }

  package init(_ reader: JSONReader) { self.reader = reader }

  /// The file, as messages name it.
  package var file: String { reader.file }

  private func ask(_ key: String) { asked.keys.insert(key) }

  /// Whether a key is there, be it null.
  package func has(_ key: String) -> Bool {
    ask(key)
    return reader.members[key] != nil
  }

  /// The value of a key that must be there.
  package func required<Value: JSONReadable>(_ key: String) throws(MartletError) -> Value {
    ask(key)
    return try reader.required(key)
  }

  /// The value of a key; nil when the key is missing or null.
  package func optional<Value: JSONReadable>(_ key: String) throws(MartletError) -> Value? {
    ask(key)
    return try reader.optional(key)
  }

  /// The value of a key: nil when it is null, and another when it is missing.
  package func optional<Value: JSONReadable>(
    _ key: String, whenMissing usual: Value?
  ) throws(MartletError) -> Value? {
    has(key) ? try optional(key) : usual
  }

  /// The object at a key; nil when the key is missing or null.
  package func nested(_ key: String) throws(MartletError) -> ConfigurationReader? {
    ask(key)
    return try reader.optionalReader(key).map { ConfigurationReader($0) }
  }

  /// The value of a key that must be there and is a size: small enough that products of two can be taken.
  package func size(_ key: String) throws(MartletError) -> Int {
    guard let size = try optionalSize(key) else { return try reader.required(key) }
    return size
  }

  /// The value of a key that is a size; nil when it is null, and another when it is missing.
  package func optionalSize(
    _ key: String, whenMissing usual: Int? = nil, atMost largest: Int = DecoderConfiguration.largestSize
  ) throws(MartletError) -> Int? {
    guard has(key) else { return usual }
    guard let size: Int = try reader.optional(key) else { return nil }
    guard (1...largest).contains(size) else {
      throw reader.unexpected(key, expected: "a size from 1 to \(largest)")
    }
    return size
  }

  /// The number of layers at a key, for each of which something is made.
  package func layers(_ key: String) throws(MartletError) -> Int {
    guard let layers = try optionalSize(key, atMost: 1 << 16) else { return try reader.required(key) }
    return layers
  }

  /// Fails where one size is not a multiple of another.
  package func requireMultiple(_ key: String, of divisor: String) throws(MartletError) {
    let (size, part) = (try self.size(key), try self.size(divisor))
    if size % part != 0 {
      throw reader.unexpected(key, expected: "a multiple of \(divisor), which is \(part)")
    }
  }

  /// Fails where one of some switches is on, since the decoder has no such part.
  package func refuse(_ keys: String...) throws(MartletError) {
    for key in keys { try require(key, false) }
  }

  /// Fails where a key is there and is not as the decoder needs it.
  package func require<Value: JSONReadable & Equatable>(
    _ key: String, _ value: Value
  ) throws(MartletError) {
    if let found: Value = try optional(key), found != value {
      throw unsupported(key, "must be \(value)")
    }
  }

  /// Fails where there is a key that nobody asked for: it may change what the model computes.
  ///
  /// - Parameter harmless: keys that do not.
  package func refuseUnknownKeys(of family: String, harmless: Set<String>) throws(MartletError) {
    for (key, value) in reader.members where !value.isNull {
      if asked.keys.contains(key) || harmless.contains(key) { continue }
      throw MartletError(
        "\(reader.file): the key \"\(reader.fullPath(key))\" is not known for \(family), and may change what the "
          + "model computes; remove it if it does not")
    }
  }

  /// The activation that a key names.
  package func activation(
    _ key: String, usually usual: UnaryOperation
  ) throws(MartletError) -> UnaryOperation {
    guard let name: String = try optional(key) else { return usual }
    if let activation = Self.activations.first(where: { $0.name == name })?.activation { return activation }
    let known = Self.activations.map(\.name).joined(separator: ", ")
    throw MartletError(
      "\(reader.file): the activation \"\(name)\" of \(key) is not known; known are \(known)")
  }

  /// The names of `transformers`, the one to write first.
  static let activations: [(name: String, activation: UnaryOperation)] = [
    ("gelu_new", .geluTanh), ("gelu_pytorch_tanh", .geluTanh), ("gelu_fast", .geluTanh), ("gelu", .gelu),
    ("silu", .silu), ("swish", .silu), ("relu", .relu), ("tanh", .tanh), ("sigmoid", .sigmoid),
  ]

  /// An error about the value of a key: what it must be and what it is.
  package func unexpected(_ key: String, expected: String) -> MartletError {
    reader.unexpected(key, expected: expected)
  }

  /// An error about the value of a key for which the decoder has no part.
  package func unsupported(_ key: String, _ rule: String) -> MartletError {
    MartletError(
      "\(reader.file): the key \"\(reader.fullPath(key))\" \(rule): no other form is supported yet")
  }
}
