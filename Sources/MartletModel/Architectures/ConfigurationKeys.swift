import MartletTensor
import MartletText

/// The keys of a `config.json` in the making, in order.
public struct ConfigurationKeys: Sendable {
  package private(set) var object = JSONObject()

  /// A value of a key.
  public enum Value: Sendable {
    /// A whole number.
    case integer(Int)
    /// A number as a person would write it: 1e-05, not 9.99999974737875e-06.
    case decimal(Float)
    /// A number.
    case double(Double)
    /// True or false.
    case bool(Bool)
    /// Text.
    case string(String)
    /// Several values.
    case list([Value])
    /// An object of keys and values, in order.
    case keys(ConfigurationKeys)
    /// Nothing, where `transformers` would take a value of its own if the key were missing.
    case null

    fileprivate var json: JSON {
      switch self {
      case .integer(let number): .integer(number)
      case .decimal(let number): .number(Double("\(number)")!)
      case .double(let number): .number(number)
      case .bool(let flag): .bool(flag)
      case .string(let text): .string(text)
      case .list(let values): .array(values.map(\.json))
      case .keys(let keys): .object(keys.object)
      case .null: .null
      }
    }
  }

  subscript(key: String) -> Value? {
    get { nil }
    set { if let newValue { object.append(key, newValue.json) } }
  }

  /// - Parameter geluTanh: the family's name of GELU's tanh form, which has several.
  mutating func setActivation(
    _ key: String, _ form: DecoderConfiguration.FeedForward, geluTanh: String = "gelu_pytorch_tanh"
  ) {
    let used =
      switch form {
      case .plain(let activation), .gated(let activation): activation
      }
    let name = ConfigurationReader.activations.first { $0.activation == used }?.name
    self[key] = name.map { .string(used == .geluTanh ? geluTanh : $0) }
  }
}

extension ConfigurationKeys.Value {
  /// A whole number or null.
  static func optional(_ number: Int?) -> Self { number.map { .integer($0) } ?? .null }
  /// A number as a person would write it, or null.
  static func optional(_ number: Float?) -> Self { number.map { .decimal($0) } ?? .null }
}
