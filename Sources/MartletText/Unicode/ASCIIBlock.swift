/// Which of 64 bytes are of which class, a bit for each byte.
///
/// The eight bytes of an integer are compared at once: plain arithmetic, the same on every machine, and as fast as
/// the work that follows needs.
struct ASCIIBlock {
  /// How many bytes a block has.
  static let size = 64

  /// `[A-Za-z]`
  private(set) var letters: UInt64 = 0
  /// `[0-9]`
  private(set) var digits: UInt64 = 0
  /// `[\t\n\v\f\r ]`
  private(set) var whitespace: UInt64 = 0
  /// The space alone.
  private(set) var spaces: UInt64 = 0
  /// `'`
  private(set) var apostrophes: UInt64 = 0
  /// Bytes of characters beyond ASCII. Where they stand, no other mask means anything.
  private(set) var beyondASCII: UInt64 = 0

  /// Reads 64 bytes.
  init(_ bytes: UnsafePointer<UInt8>) {
    var all: UInt64 = 0
    for place in stride(from: 0, to: Self.size, by: 8) {
      let eight = UInt64(littleEndian: UnsafeRawPointer(bytes + place).loadUnaligned(as: UInt64.self))
      let ascii = eight & ~Self.highBits
      let shift = UInt64(place)
      let lowercase = ascii | Self.each(0x20)
      letters |= Self.bits(Self.atLeast(0x61, lowercase) & ~Self.atLeast(0x7B, lowercase)) << shift
      digits |= Self.bits(Self.atLeast(0x30, ascii) & ~Self.atLeast(0x3A, ascii)) << shift
      let space = Self.atLeast(0x20, ascii) & ~Self.atLeast(0x21, ascii)
      spaces |= Self.bits(space) << shift
      whitespace |= Self.bits(space | Self.atLeast(0x09, ascii) & ~Self.atLeast(0x0E, ascii)) << shift
      apostrophes |= Self.bits(Self.atLeast(0x27, ascii) & ~Self.atLeast(0x28, ascii)) << shift
      all |= eight
    }
    if all & Self.highBits != 0 { beyondASCII = Self.highBits(of: bytes) }
  }

  /// The high bits of 64 bytes: a pass of its own, since most text has none.
  private static func highBits(of bytes: UnsafePointer<UInt8>) -> UInt64 {
    var result: UInt64 = 0
    for place in stride(from: 0, to: size, by: 8) {
      let eight = UInt64(littleEndian: UnsafeRawPointer(bytes + place).loadUnaligned(as: UInt64.self))
      result |= bits(eight & highBits) << UInt64(place)
    }
    return result
  }

  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  @inline(__always) private static func each(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

  /// The high bit of each byte that is at least `least`; the bytes are below 0x80.
  @inline(__always) private static func atLeast(_ least: UInt64, _ bytes: UInt64) -> UInt64 {
    (bytes &+ each(0x80 &- least)) & highBits
  }

  /// The high bits of eight bytes, side by side.
  @inline(__always) private static func bits(_ high: UInt64) -> UInt64 {
    (high >> 7 &* 0x0102_0408_1020_4080) >> 56
  }
}
