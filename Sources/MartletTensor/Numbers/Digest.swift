/// A 64-bit digest of bytes in order: FNV-1a.
///
/// For telling results apart, not for security.
public struct Digest: Sendable, Hashable {
  /// The digest of what has been combined so far.
  public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The digest of nothing.
  public init() {}

  /// The digest of some bytes.
  public init(of bytes: some Sequence<UInt8>) {
    self.init()
    combine(bytes)
  }

  /// Adds bytes.
  public mutating func combine(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// Adds an integer, its low byte first.
  public mutating func combine(_ number: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      value = (value ^ (number >> shift & 0xff)) &* 0x100_0000_01b3
    }
  }

  /// Adds the bits of numbers.
  public mutating func combine(_ numbers: some Sequence<Float>) {
    for number in numbers { combine(UInt64(number.bitPattern)) }
  }

  /// Sixteen hexadecimal digits.
  public var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
