/// The ids of short words: one flat table, each entry half a cache line with the word and its ids in it.
///
/// A word lies in one of the few slots from its hash on. When they are all taken by others it takes the place of
/// one: the table has a largest size, and no text can make it slow.
struct ShortWordTable: ~Copyable {
  struct Entry {
    var word: ShortWord
    /// How many ids there are.
    var count: Int32
    /// The ids; where they are more, the first says where they start among those kept elsewhere.
    var ids: (Int32, Int32, Int32)

    static let none = Entry(word: .none, count: 0, ids: (0, 0, 0))
    /// As many ids as stand in an entry.
    static let most = 3
  }

  /// The slots, and after them as many as a search from the last one may look at.
  private var entries: UnsafeMutablePointer<Entry>
  private var slots: Int
  private var shift: UInt64
  private var filled = 0

  /// How many slots a word may lie in: four cache lines.
  private static let neighbours = 8
  private static let fewest = 1 << 10
  /// 4 MB.
  private static let most = 1 << 17

  init() {
    slots = Self.fewest
    shift = Self.shift(of: slots)
    entries = Self.allocate(slots)
  }

  deinit { entries.deallocate() }

  private static func allocate(_ slots: Int) -> UnsafeMutablePointer<Entry> {
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: slots + neighbours)
    entries.initialize(repeating: .none, count: slots + neighbours)
    return entries
  }

  private static func shift(of slots: Int) -> UInt64 { UInt64(64 - slots.trailingZeroBitCount) }

  /// The entry of a word; nil when it is not there. Good until the next change of the table.
  @inline(__always) func find(_ word: ShortWord) -> UnsafeMutablePointer<Entry>? {
    let slot = entries + Int(truncatingIfNeeded: word.hash &>> shift)
    if slot.pointee.word == word { return slot }
    return findAmongNeighbours(word, from: slot)
  }

  private func findAmongNeighbours(
    _ word: ShortWord, from slot: UnsafeMutablePointer<Entry>
  ) -> UnsafeMutablePointer<Entry>? {
    for place in 1..<Self.neighbours where slot[place].word == word { return slot + place }
    return nil
  }

  /// Adds a word that is not there.
  mutating func insert(_ entry: Entry) {
    while slots < Self.most {
      if filled * 2 < slots, put(entry) { return }
      grow()
    }
    if put(entry) { return }
    // Any of the neighbours makes room, as long as it is not always the same.
    let hash = entry.word.hash
    entries[Int(hash &>> shift) + Int(truncatingIfNeeded: hash) & (Self.neighbours - 1)] = entry
  }

  /// Puts an entry where there is room for it; returns whether there was.
  private mutating func put(_ entry: Entry) -> Bool {
    let slot = entries + Int(truncatingIfNeeded: entry.word.hash &>> shift)
    for place in 0..<Self.neighbours where slot[place].word == .none {
      slot[place] = entry
      filled += 1
      return true
    }
    return false
  }

  private mutating func grow() {
    let (old, count) = (entries, slots + Self.neighbours)
    slots *= 2
    shift = Self.shift(of: slots)
    entries = Self.allocate(slots)
    filled = 0
    // What finds no room is forgotten.
    for place in 0..<count where old[place].word != .none { _ = put(old[place]) }
    old.deallocate()
  }

  /// Forgets all words.
  mutating func removeAll() {
    entries.update(repeating: .none, count: slots + Self.neighbours)
    filled = 0
  }
}
