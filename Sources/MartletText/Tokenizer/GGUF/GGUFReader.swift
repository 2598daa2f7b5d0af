/// Reads the values of a GGUF file, one by one, and checks every length before it is used.
///
/// Source: ggml, docs/gguf.md.
struct GGUFReader {
  /// Why nothing can be read: more bytes of the file are needed, or it is damaged.
  enum Failure: Error {
    case needsMore
    case damaged(String)
  }

  /// The type of a value.
  enum Kind: UInt32 {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// The size of a value in bytes; nil when it varies.
    var size: Int? {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64: 8
      case .string, .array: nil
      }
    }
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var place = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  /// Passes over so many bytes.
  mutating func skip(_ count: UInt64) throws(Failure) {
    guard count <= UInt64(bytes.count - place) else { throw .needsMore }
    place += Int(count)
  }

  mutating func integer(size: Int) throws(Failure) -> UInt64 {
    guard size <= bytes.count - place else { throw .needsMore }
    let result = (0..<size).reduce(0 as UInt64) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    place += size
    return result
  }

  mutating func kind() throws(Failure) -> Kind {
    let start = place
    let number = UInt32(try integer(size: 4))
    guard let kind = Kind(rawValue: number) else {
      throw .damaged("a value of the unknown kind \(number) at byte \(start)")
    }
    return kind
  }

  /// Longer texts are refused; the longest are chat templates.
  private static let longestString = 1 << 24

  mutating func string() throws(Failure) -> [UInt8] {
    let start = place
    let length = try integer(size: 8)
    guard length <= Self.longestString else { throw .damaged("a text of \(length) bytes at byte \(start)") }
    guard length <= UInt64(bytes.count - place) else { throw .needsMore }
    defer { place += Int(length) }
    return Array(bytes[place..<(place + Int(length))])
  }

  /// A value of a kind that is a number, as its bits with the sign extended.
  mutating func number(_ kind: Kind) throws(Failure) -> GGUFValue {
    guard let size = kind.size else { throw .damaged("no number at byte \(place)") }
    let bits = try integer(size: size)
    switch kind {
    case .float32: return .number(Double(Float(bitPattern: UInt32(bits))))
    case .float64: return .number(Double(bitPattern: bits))
    case .bool: return .bool(bits != 0)
    case .int8: return .integer(Int(Int8(truncatingIfNeeded: bits)))
    case .int16: return .integer(Int(Int16(truncatingIfNeeded: bits)))
    case .int32: return .integer(Int(Int32(truncatingIfNeeded: bits)))
    default: return .integer(Int(truncatingIfNeeded: bits))
    }
  }

  /// A value of any kind.
  mutating func value(_ kind: Kind, depth: Int = 0) throws(Failure) -> GGUFValue {
    switch kind {
    case .string: return .string(try string())
    case .array: return try array(depth: depth)
    default: return try number(kind)
    }
  }

  private mutating func array(depth: Int) throws(Failure) -> GGUFValue {
    let start = place
    let kind = try kind()
    let count = try integer(size: 8)
    // Each element has at least a byte, or eight for the length of a text.
    guard count < 1 << 32, depth < 4 else { throw .damaged("an array of \(count) values at byte \(start)") }
    let least = count * UInt64(kind.size ?? 8)
    guard least <= UInt64(bytes.count - place) else { throw .needsMore }
    switch kind {
    case .string:
      var strings: [[UInt8]] = []
      strings.reserveCapacity(Int(count))
      for _ in 0..<count { strings.append(try string()) }
      return .strings(strings)
    case .array:
      for _ in 0..<count { _ = try array(depth: depth + 1) }
      return .other
    case .uint8, .int8:
      let all = Array(bytes[place..<(place + Int(count))])
      place += Int(count)
      return .bytes(all)
    default:
      var numbers: [Double] = []
      numbers.reserveCapacity(Int(count))
      for _ in 0..<count {
        switch try number(kind) {
        case .integer(let value): numbers.append(Double(value))
        case .number(let value): numbers.append(value)
        case .bool(let value): numbers.append(value ? 1 : 0)
        default: break
        }
      }
      return .numbers(numbers)
    }
  }
}

/// A value of a GGUF file.
enum GGUFValue {
  case integer(Int)
  case number(Double)
  case bool(Bool)
  case string([UInt8])
  case strings([[UInt8]])
  case numbers([Double])
  case bytes([UInt8])
  /// Something that no tokenizer needs.
  case other
}
