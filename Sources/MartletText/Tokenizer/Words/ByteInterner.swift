/// Distinct byte strings, numbered from 0 in the order they are first seen.
///
/// A table with open addressing over one buffer: no string is made and no hash of a string is taken, so that
/// words can be counted and looked up quickly in a debug build too.
struct ByteInterner: Sendable {
  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  /// At most half of them taken; none before the first byte string.
  private var slots: [Slot] = []

  /// The number of a byte string, and a part of its hash: most other strings are told apart by it, and it says
  /// where the string lies in a larger table.
  private struct Slot {
    var number: Int32
    var hash: UInt32

    static let free = Slot(number: -1, hash: 0)
  }

  /// How many different byte strings there are.
  var count: Int { starts.count - 1 }

  /// The number of `key`, a new one when it is seen for the first time.
  mutating func intern(_ key: UnsafeBufferPointer<UInt8>) -> Int {
    if slots.isEmpty { slots = Array(repeating: .free, count: 64) }
    let hash = Self.hash(key)
    var slot = self.slot(of: key, hash)
    if slots[slot].number >= 0 { return Int(slots[slot].number) }
    if (count + 1) * 2 > slots.count {
      grow()
      slot = self.slot(of: key, hash)
    }
    let number = count
    slots[slot] = Slot(number: Int32(number), hash: hash)
    bytes.append(contentsOf: key)
    starts.append(bytes.count)
    return number
  }

  /// The number of the bytes of `key`, a new one when they are seen for the first time.
  mutating func intern(_ key: String) -> Int {
    var key = key
    return key.withUTF8 { intern($0) }
  }

  /// The number of `key`, or nil when it was never interned.
  func find(_ key: UnsafeBufferPointer<UInt8>) -> Int? {
    if slots.isEmpty { return nil }
    let number = slots[slot(of: key, Self.hash(key))].number
    return number < 0 ? nil : Int(number)
  }

  /// The number of the bytes of `key`, or nil when they were never interned.
  func find(_ key: String) -> Int? {
    var key = key
    return key.withUTF8 { find($0) }
  }

  /// The byte string of a number.
  subscript(number: Int) -> ArraySlice<UInt8> { bytes[starts[number]..<starts[number + 1]] }

  private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
    UInt32(truncatingIfNeeded: ByteHash.hash(key) >> 32)
  }

  /// The place of `key` in the table, or the free place where it belongs.
  private func slot(of key: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Int {
    let mask = slots.count - 1
    var place = Int(hash) & mask
    return bytes.withUnsafeBufferPointer { bytes in
      while slots[place].number >= 0 {
        if slots[place].hash == hash {
          let number = Int(slots[place].number)
          let start = starts[number]
          let candidate = UnsafeBufferPointer(rebasing: bytes[start..<starts[number + 1]])
          if candidate.hasSameBytes(as: key) { return place }
        }
        place = (place + 1) & mask
      }
      return place
    }
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: .free, count: old.count * 2)
    let mask = slots.count - 1
    for slot in old where slot.number >= 0 {
      var place = Int(slot.hash) & mask
      while slots[place].number >= 0 { place = (place + 1) & mask }
      slots[place] = slot
    }
  }
}
