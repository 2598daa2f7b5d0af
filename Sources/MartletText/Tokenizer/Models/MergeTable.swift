/// What two neighbouring tokens become, and how early that was learned.
struct Merge {
  /// The place among the merges; the lowest goes first.
  let rank: Int32
  /// The token.
  let result: Int32
}

/// The merges of byte-pair encoding by the two tokens they join: one flat table, a look-up one cache line.
struct MergeTable: Sendable {
  private struct Entry {
    var pair: UInt64
    var rank: Int32
    var result: Int32

    static let none = Entry(pair: 0, rank: -1, result: 0)
  }

  private var entries: [Entry]
  private let shift: UInt64
  private(set) var isEmpty = true

  /// Whether different tokens have one rank.
  let sharesRanks: Bool

  /// - Parameters:
  ///   - mostMerges: more pairs do not fit.
  ///   - sharesRanks: whether different tokens may have one rank, and the leftmost is then made first.
  init(mostMerges: Int, sharesRanks: Bool = false) {
    self.sharesRanks = sharesRanks
    var bits = 4
    while 1 << bits < mostMerges * 2 { bits += 1 }
    entries = Array(repeating: .none, count: 1 << bits)
    shift = UInt64(64 - bits)
  }

  /// The merge of a pair, nil when there is none. Setting takes the place of an earlier one.
  subscript(left: Int32, right: Int32) -> Merge? {
    @inline(__always) get {
      entries.withUnsafeBufferPointer { entries in
        let entry = entries[slot(of: Self.pair(left, right), in: entries)]
        return entry.rank < 0 ? nil : Merge(rank: entry.rank, result: entry.result)
      }
    }
    set {
      guard let newValue else { preconditionFailure("MergeTable: a merge can't be taken away") }
      let pair = Self.pair(left, right)
      let slot = entries.withUnsafeBufferPointer { self.slot(of: pair, in: $0) }
      entries[slot] = Entry(pair: pair, rank: newValue.rank, result: newValue.result)
      isEmpty = false
    }
  }

  @inline(__always) private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The slot of a pair, or the free one where it belongs; half of them stay free.
  @inline(__always) private func slot(of pair: UInt64, in entries: UnsafeBufferPointer<Entry>) -> Int {
    let entries = UnsafePointer(entries.baseAddress!)
    let mask = 1 << (64 - Int(shift)) - 1
    var slot = Int(truncatingIfNeeded: ((pair ^ pair &>> 31) &* 0x9E37_79B9_7F4A_7C15) &>> shift)
    while entries[slot].rank >= 0, entries[slot].pair != pair { slot = (slot + 1) & mask }
    return slot
  }
}
