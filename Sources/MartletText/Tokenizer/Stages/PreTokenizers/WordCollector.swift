/// Gathers words of a text into batches.
struct WordCollector {
  private let text: TextView
  private let ends: UnsafeMutableBufferPointer<Int>
  private let yield: (WordBatch) -> Void
  private var count = 0
  /// Where the first word of the batch starts.
  private var start = 0
  /// Where the last one ends.
  private var end = 0

  /// Calls `body` with a collector, and gives what it gathers to `yield`.
  static func collect(
    _ text: TextView, _ yield: (WordBatch) -> Void, _ body: (inout WordCollector) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: WordBatch.capacity) { ends in
      withoutActuallyEscaping(yield) { yield in
        var collector = WordCollector(text: text, ends: ends, yield: yield)
        body(&collector)
        collector.flush()
      }
    }
  }

  private init(
    text: TextView, ends: UnsafeMutableBufferPointer<Int>, yield: @escaping (WordBatch) -> Void
  ) {
    (self.text, self.ends, self.yield) = (text, ends, yield)
  }

  /// Adds the word after the last one, with nothing or something between; an empty one is none.
  @inline(__always) mutating func add(_ word: Range<Int>) {
    if word.isEmpty { return }
    if word.lowerBound != end || count == ends.count {
      flush()
      start = word.lowerBound
    }
    ends[count] = word.upperBound
    count += 1
    end = word.upperBound
  }

  private mutating func flush() {
    if count == 0 { return }
    yield(WordBatch(text: text, start: start, ends: UnsafeBufferPointer(rebasing: ends[..<count])))
    count = 0
  }
}
