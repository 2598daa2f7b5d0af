/// The tokens that a model makes of words, and where in its word each lies when that is asked for.
struct WordTokens {
  /// The ids.
  private(set) var ids: [Int32] = []
  /// For each token the bytes of its word; empty when nobody asks for them.
  private(set) var ranges: [Range<Int>] = []
  let keepsRanges: Bool

  init(keepsRanges: Bool = false) {
    self.keepsRanges = keepsRanges
  }

  /// Adds a token.
  @inline(__always) mutating func append(_ id: Int32, _ range: @autoclosure () -> Range<Int>) {
    ids.append(id)
    if keepsRanges { ranges.append(range()) }
  }

  /// Adds tokens that lie one after another, from the start of their word on.
  mutating func append(_ new: UnsafeBufferPointer<Int32>, lengths: UnsafeBufferPointer<Int32>?) {
    ids.append(contentsOf: new)
    guard keepsRanges, let lengths else { return }
    var start = 0
    for length in lengths.prefix(new.count) {
      ranges.append(start..<(start + Int(length)))
      start += Int(length)
    }
  }

  /// Lets the last token stand for more of its word.
  mutating func extendLast(to end: Int) {
    if keepsRanges { ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound..<end }
  }

  /// Takes the last tokens away again.
  mutating func removeLast(_ count: Int) {
    ids.removeLast(count)
    if keepsRanges { ranges.removeLast(count) }
  }

  /// Forgets all tokens.
  mutating func removeAll() {
    ids.removeAll(keepingCapacity: true)
    ranges.removeAll(keepingCapacity: true)
  }
}
