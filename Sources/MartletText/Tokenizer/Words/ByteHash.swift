/// A fast hash of bytes: not the same from version to version, and no defence against an adversary, so that
/// tables with it must bound how far they look.
enum ByteHash {
  private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let second: UInt64 = 0xD6E8_FEB8_6659_FD93

  /// The hash of two integers: their product, folded.
  @inline(__always) static func hash(_ low: UInt64, _ high: UInt64) -> UInt64 {
    let product = (low ^ first).multipliedFullWidth(by: high ^ second)
    return product.high ^ product.low
  }

  /// The hash of bytes, eight at a time.
  static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var result = UInt64(bytes.count)
    guard let start = bytes.baseAddress else { return hash(result, 0) }
    var place = 0
    while place + 8 <= bytes.count {
      result = hash(result, UnsafeRawPointer(start + place).loadUnaligned(as: UInt64.self))
      place += 8
    }
    var rest: UInt64 = 0
    while place < bytes.count {
      rest = rest << 8 | UInt64(start[place])
      place += 1
    }
    return hash(result, rest)
  }
}
