/// Neighbouring words of a text, found together: one call for many words costs less than a call for each.
struct WordBatch {
  /// The text that the words lie in.
  let text: TextView
  /// Where the first word starts.
  let start: Int
  /// Where each word ends and the next one starts.
  let ends: UnsafeBufferPointer<Int>
  /// Whether the only word is the text, which was not cut.
  var isUncut = false

  /// How many words a batch holds at most: its ends stay in the fastest cache.
  static let capacity = 512

  /// Gives a whole text to `body` as its only word.
  static func withOnlyWord(_ text: TextView, _ body: (WordBatch) -> Void) {
    withUnsafePointer(to: text.count) { end in
      body(WordBatch(text: text, start: 0, ends: UnsafeBufferPointer(start: end, count: 1), isUncut: true))
    }
  }
}

extension WordBatch {
  /// Calls `body` with each word as a piece of text of its own.
  func forEachPiece(_ body: (TextView) -> Void) {
    if isUncut { return body(text) }
    var start = start
    for end in ends {
      body(text[start..<end])
      start = end
    }
  }
}

extension WordBatch: Sequence {
  struct Iterator: IteratorProtocol {
    let batch: WordBatch
    var start: Int
    var place = 0

    mutating func next() -> UnsafeBufferPointer<UInt8>? {
      guard place < batch.ends.count else { return nil }
      let end = batch.ends[place]
      let word = UnsafeBufferPointer(start: batch.text.bytes.baseAddress! + start, count: end - start)
      (start, place) = (end, place + 1)
      return word
    }
  }

  func makeIterator() -> Iterator { Iterator(batch: self, start: start) }
}
