import MartletTensor
import MartletText

/// Reads the keys of a `config.json`, with errors that name the file, the key and what was expected.
public struct ConfigurationReader {
  private let reader: JSONReader

  package init(_ reader: JSONReader) { self.reader = reader }

  /// The value of a key that must be there.
  package func required<Value: JSONReadable>(_ key: String) throws(MartletError) -> Value {
    try reader.required(key)
  }

  /// The value of a key; nil when the key is missing or null.
  package func optional<Value: JSONReadable>(_ key: String) throws(MartletError) -> Value? {
    try reader.optional(key)
  }

  /// The value of a key that must be there and is a size: small enough that products of two can be taken.
  package func size(_ key: String) throws(MartletError) -> Int {
    guard let size = try optionalSize(key) else { return try reader.required(key) }
    return size
  }

  /// The value of a key that is a size; nil when the key is missing or null.
  package func optionalSize(_ key: String) throws(MartletError) -> Int? {
    guard let size: Int = try reader.optional(key) else { return nil }
    guard (1...DecoderConfiguration.largestSize).contains(size) else {
      throw reader.unexpected(key, expected: "a size from 1 to \(DecoderConfiguration.largestSize)")
    }
    return size
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
    for key in keys where try reader.optional(key, as: Bool.self) == true {
      throw unsupported(key, "must be false")
    }
  }

  /// Fails where a switch that is usually on is off.
  package func require(_ key: String, _ value: Bool) throws(MartletError) {
    if let found = try reader.optional(key, as: Bool.self), found != value {
      throw unsupported(key, "must be \(value)")
    }
  }

  /// Fails where a key holds anything but null.
  package func requireNull(_ key: String) throws(MartletError) {
    if reader[key] != nil { throw unsupported(key, "must be null") }
  }

  /// The base of rotary positions: `rope_theta`, by itself or within `rope_parameters`.
  package func rotaryBase() throws(MartletError) -> Double {
    guard let parameters = try reader.optionalReader("rope_parameters") else {
      return try reader.optional("rope_theta") ?? 10000
    }
    let kind = try parameters.optional("rope_type", as: String.self) ?? "default"
    guard kind == "default" else {
      throw MartletError(
        "\(reader.file): rope_parameters.rope_type is \"\(kind)\", which is not supported; \"default\" is")
    }
    return try parameters.optional("rope_theta") ?? 10000
  }

  /// The activation that a key names.
  package func activation(
    _ key: String, usually usual: UnaryOperation
  ) throws(MartletError) -> UnaryOperation {
    guard let name = try reader.optional(key, as: String.self) else { return usual }
    if let activation = Self.activations.first(where: { $0.name == name })?.activation { return activation }
    let known = Self.activations.map(\.name).joined(separator: ", ")
    throw MartletError(
      "\(reader.file): the activation \"\(name)\" of \(key) is not known; known are \(known)")
  }

  /// The names of `transformers`, the one to write first.
  fileprivate static let activations: [(name: String, activation: UnaryOperation)] = [
    ("gelu_new", .geluTanh), ("gelu_pytorch_tanh", .geluTanh), ("gelu", .gelu), ("silu", .silu),
    ("swish", .silu), ("relu", .relu), ("tanh", .tanh), ("sigmoid", .sigmoid),
  ]

  private func unsupported(_ key: String, _ rule: String) -> MartletError {
    MartletError("\(reader.file): the key \"\(key)\" \(rule): no other form is supported yet")
  }
}

/// The keys of a `config.json` in the making, in order.
public struct ConfigurationKeys {
  package private(set) var object = JSONObject()

  /// A value of a key.
  public enum Value: Sendable {
    /// A whole number.
    case integer(Int)
    /// A number as a person would write it: 1e-05, not 9.99999974737875e-06.
    case decimal(Float)
    /// True or false.
    case bool(Bool)
  }

  subscript(key: String) -> Value? {
    get { nil }
    set {
      switch newValue {
      case .integer(let number): object.append(key, .integer(number))
      case .decimal(let number): object.append(key, .number(Double("\(number)")!))
      case .bool(let flag): object.append(key, .bool(flag))
      case nil: break
      }
    }
  }

  mutating func setActivation(_ key: String, _ form: DecoderConfiguration.FeedForward) {
    let used =
      switch form {
      case .plain(let activation), .gated(let activation): activation
      }
    if let name = ConfigurationReader.activations.first(where: { $0.activation == used })?.name {
      object.append(key, .string(name))
    }
  }

  mutating func setRotaryBase(_ base: Double) { object.append("rope_theta", .number(base)) }
}
