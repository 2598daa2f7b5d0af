/// Distinct pairs of token ids, numbered from 0 in the order they are first seen.
struct PairInterner: Sendable {
  private var slots: [Int32] = Array(repeating: -1, count: 64)
  private var keys: [UInt64] = []

  /// How many different pairs there are.
  var count: Int { keys.count }

  /// The number of a pair, a new one when it is seen for the first time.
  mutating func intern(_ left: Int32, _ right: Int32) -> Int {
    let key = Self.key(left, right)
    var slot = self.slot(of: key)
    if slots[slot] >= 0 { return Int(slots[slot]) }
    if (keys.count + 1) * 2 > slots.count {
      grow()
      slot = self.slot(of: key)
    }
    slots[slot] = Int32(keys.count)
    keys.append(key)
    return keys.count - 1
  }

  /// The number of a pair, or nil when it was never interned.
  func find(_ left: Int32, _ right: Int32) -> Int? {
    let number = slots[slot(of: Self.key(left, right))]
    return number < 0 ? nil : Int(number)
  }

  /// The pair of a number.
  subscript(number: Int) -> (left: Int32, right: Int32) {
    (Int32(truncatingIfNeeded: keys[number] >> 32), Int32(truncatingIfNeeded: keys[number]))
  }

  /// Ordered as the pairs are: by the left id, then by the right.
  func orderKey(_ number: Int) -> UInt64 { keys[number] }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  private func slot(of key: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(key) & mask
    while slots[slot] >= 0, keys[Int(slots[slot])] != key { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, key) in keys.enumerated() {
      var slot = Self.hash(key) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(number)
    }
  }

  private static func hash(_ key: UInt64) -> Int {
    let mixed = (key ^ (key >> 29)) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 24)
  }
}
