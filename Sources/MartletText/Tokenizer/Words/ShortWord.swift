/// A word of at most 15 bytes as two integers: it is compared and hashed without a loop.
struct ShortWord: Equatable {
  /// The first eight bytes, zeros after the last.
  var low: UInt64
  /// The other seven, and the length above them; never 0, since no word is empty.
  var high: UInt64

  /// How long a short word may be.
  static let longest = 15

  /// No word.
  static let none = ShortWord(low: 0, high: 0)

  /// Where there are 16 bytes to read.
  @inline(__always) init(readable start: UnsafePointer<UInt8>, count: Int) {
    let bytes = UnsafeRawPointer(start)
    // The bytes after the word are shifted out: by less than 64, since the machine takes a shift modulo 64.
    let missing = UInt64(truncatingIfNeeded: 8 &* (8 &- min(count, 8)))
    let more = UInt64(truncatingIfNeeded: 8 &* (15 &- max(count, 8)))
    let all: UInt64 = ~0
    low = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) & (all &>> missing)
    let tail = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    high = tail & ((all &>> 8) &>> more) | UInt64(truncatingIfNeeded: count) &<< 56
  }

  /// Anywhere.
  init(_ word: UnsafeBufferPointer<UInt8>) {
    (low, high) = (0, UInt64(word.count) << 56)
    for place in 0..<word.count {
      let byte = UInt64(word[place]) << UInt64(place % 8 * 8)
      if place < 8 { low |= byte } else { high |= byte }
    }
  }

  private init(low: UInt64, high: UInt64) { (self.low, self.high) = (low, high) }

  @inline(__always) var hash: UInt64 { ByteHash.hash(low, high) }
}
