/// Decoding of UTF-8 in place. Source: The Unicode Standard 16.0, table 3-7.
extension UnsafeBufferPointer<UInt8> {
  /// The length of the well-formed scalar that starts at `place`, or 0 when there is none.
  package func wellFormedLength(at place: Int) -> Int {
    guard place < count else { return 0 }
    let start = baseAddress! + place
    let rest = count - place
    let first = start[0]
    if first < 0x80 { return 1 }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard first >= 0xC2, first < 0xF5, rest >= length else { return 0 }
    let second = start[1]
    let lowest: UInt8 = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80
    let highest: UInt8 = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
    guard second >= lowest, second <= highest else { return 0 }
    if length > 2, start[2] & 0xC0 != 0x80 { return 0 }
    if length > 3, start[3] & 0xC0 != 0x80 { return 0 }
    return length
  }

  /// The offset of the first byte that is no part of well-formed UTF-8; nil when all is well.
  package var firstInvalidUTF8: Int? {
    guard let start = baseAddress else { return nil }
    var place = 0
    while place < count {
      if start[place] < 0x80 {
        place += 1
        // Most text is ASCII: eight bytes at a time as long as it is.
        while place + 8 <= count,
          UnsafeRawPointer(start + place).loadUnaligned(as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        { place += 8 }
        continue
      }
      let length = wellFormedLength(at: place)
      if length == 0 { return place }
      place += length
    }
    return nil
  }
}

extension UnsafePointer<UInt8> {
  /// The scalar value that starts here and its length; the bytes must be well-formed.
  func decodeScalar() -> (value: UInt32, length: Int) {
    let first = UInt32(self[0])
    if first < 0x80 { return (first, 1) }
    let second = UInt32(self[1]) & 0x3F
    if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
    let third = UInt32(self[2]) & 0x3F
    if first < 0xF0 { return ((first & 0xF) << 12 | second << 6 | third, 3) }
    return ((first & 0x7) << 18 | second << 12 | third << 6 | UInt32(self[3]) & 0x3F, 4)
  }

  /// The length of the scalar that starts here, by its first byte.
  var scalarLength: Int {
    let first = self[0]
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
  }
}

extension [UInt8] {
  /// Adds a scalar in UTF-8.
  @inline(__always) mutating func append(scalar: UInt32) {
    switch scalar {
    case 0..<0x80: append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800:
      append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    case 0x800..<0x10000:
      append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    default:
      append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    }
  }
}
