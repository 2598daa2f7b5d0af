/// Distinct byte strings, numbered from 0 in the order they are first seen.
///
/// A table with open addressing over one buffer: no string is made and no hash of a string is taken, so that
/// words can be counted and looked up quickly in a debug build too.
struct ByteInterner: Sendable {
  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  private var slots: [Int32] = Array(repeating: -1, count: 64)

  /// How many different byte strings there are.
  var count: Int { starts.count - 1 }

  /// The number of `key`, a new one when it is seen for the first time.
  mutating func intern(_ key: UnsafeBufferPointer<UInt8>) -> Int {
    var slot = self.slot(of: key)
    if slots[slot] >= 0 { return Int(slots[slot]) }
    if (count + 1) * 2 > slots.count {
      grow()
      slot = self.slot(of: key)
    }
    let number = count
    slots[slot] = Int32(number)
    bytes.append(contentsOf: key)
    starts.append(bytes.count)
    return number
  }

  /// The number of `key`, or nil when it was never interned.
  func find(_ key: UnsafeBufferPointer<UInt8>) -> Int? {
    let number = slots[slot(of: key)]
    return number < 0 ? nil : Int(number)
  }

  /// The byte string of a number.
  subscript(number: Int) -> ArraySlice<UInt8> { bytes[starts[number]..<starts[number + 1]] }

  /// The place of `key` in the table, or the free place where it belongs.
  private func slot(of key: UnsafeBufferPointer<UInt8>) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: ByteHash.hash(key)) & mask
    return bytes.withUnsafeBufferPointer { bytes in
      while slots[slot] >= 0 {
        let number = Int(slots[slot])
        let start = starts[number]
        let length = starts[number + 1] - start
        if length == key.count {
          if length == 0 { return slot }
          let candidate = UnsafeBufferPointer(start: bytes.baseAddress! + start, count: length)
          if candidate.hasSameBytes(as: key) { return slot }
        }
        slot = (slot + 1) & mask
      }
      return slot
    }
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    let mask = slots.count - 1
    bytes.withUnsafeBufferPointer { bytes in
      for number in 0..<count {
        let start = starts[number]
        let key = UnsafeBufferPointer(rebasing: bytes[start..<starts[number + 1]])
        var slot = Int(truncatingIfNeeded: ByteHash.hash(key)) & mask
        while slots[slot] >= 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(number)
      }
    }
  }
}
