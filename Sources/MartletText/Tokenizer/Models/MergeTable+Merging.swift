extension MergeTable {
  /// Longer words are merged with a heap.
  private static let longestShortWord = 48

  /// Merges neighbours, of all that can be merged the pair learned first and then the leftmost, until none can.
  ///
  /// - Parameters:
  ///   - symbols: the tokens of a word; those that are left in the end stand at its start.
  ///   - lengths: how many bytes each of them stands for, when that is asked for; they are added with the merges.
  /// - Returns: how many are left.
  func merge(
    _ symbols: UnsafeMutableBufferPointer<Int32>, lengths: UnsafeMutablePointer<Int32>? = nil
  ) -> Int {
    guard symbols.count > 1, let start = symbols.baseAddress else { return symbols.count }
    return symbols.count <= Self.longestShortWord && !sharesRanks
      ? mergeShort(start, lengths, count: symbols.count) : mergeLong(start, lengths, count: symbols.count)
  }

  /// The rank of a pair and below it the result, so that the lowest is the one to merge.
  @inline(__always) private func order(_ left: Int32, _ right: Int32) -> UInt64 {
    guard let merge = self[left, right] else { return .max }
    return UInt64(UInt32(bitPattern: merge.rank)) << 32 | UInt64(UInt32(bitPattern: merge.result))
  }

  /// Looks through all neighbours before each merge: the fastest way while they are few.
  private func mergeShort(
    _ symbols: UnsafeMutablePointer<Int32>, _ lengths: UnsafeMutablePointer<Int32>?, count: Int
  ) -> Int {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.longestShortWord) { orders in
      // Of each symbol with the one after it; the last has none.
      let orders = orders.baseAddress!
      var last = count - 1
      for place in 0..<last { orders[place] = order(symbols[place], symbols[place + 1]) }
      while last > 0 {
        var (first, place) = (orders[0], 0)
        for other in 1..<last where orders[other] < first { (first, place) = (orders[other], other) }
        if first == .max { break }
        symbols[place] = Int32(truncatingIfNeeded: first)
        last -= 1
        if let lengths {
          lengths[place] += lengths[place + 1]
          for other in place..<last { lengths[other + 1] = lengths[other + 2] }
        }
        for other in place..<last {
          symbols[other + 1] = symbols[other + 2]
          orders[other] = orders[other + 1]
        }
        if place < last { orders[place] = order(symbols[place], symbols[place + 1]) }
        if place > 0 { orders[place - 1] = order(symbols[place - 1], symbols[place]) }
      }
      return last + 1
    }
  }

  /// A heap holds the merges that may apply, lowest rank and then leftmost first: a word of n symbols takes
  /// n log n steps, however long it is.
  private func mergeLong(
    _ symbols: UnsafeMutablePointer<Int32>, _ lengths: UnsafeMutablePointer<Int32>?, count: Int
  ) -> Int {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * count) { links in
      let next = links.baseAddress!
      let previous = next + count
      for place in 0..<count { (next[place], previous[place]) = (Int32(place + 1), Int32(place - 1)) }
      var waiting = BinaryHeap<UInt64>()
      func offer(_ left: Int, _ right: Int) {
        guard left >= 0, right < count, let merge = self[symbols[left], symbols[right]] else { return }
        waiting.push(UInt64(UInt32(bitPattern: merge.rank)) << 32 | UInt64(left))
      }
      for place in 0..<(count - 1) { offer(place, place + 1) }
      while let first = waiting.pop() {
        let left = Int(first & 0xFFFF_FFFF)
        let right = Int(next[left])
        // Either may have been merged into another meanwhile; those are marked by -1, which no pair holds.
        guard right < count, let merge = self[symbols[left], symbols[right]],
          UInt64(UInt32(bitPattern: merge.rank)) == first >> 32
        else { continue }
        symbols[left] = merge.result
        symbols[right] = -1
        if let lengths { lengths[left] += lengths[right] }
        next[left] = next[right]
        if next[left] < count { previous[Int(next[left])] = Int32(left) }
        offer(Int(previous[left]), left)
        offer(left, Int(next[left]))
      }
      var left = 0
      for place in 0..<count where symbols[place] >= 0 {
        symbols[left] = symbols[place]
        if let lengths { lengths[left] = lengths[place] }
        left += 1
      }
      return left
    }
  }
}
