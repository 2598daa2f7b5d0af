/// A way to cut text into words, known by the regular expression it is equal to.
///
/// Each is written out by hand: general regular expressions are slow and differ between platforms.
protocol SplitPattern: Sendable {
  /// The regular expression as it stands in `tokenizer.json`. Every text must be covered by its matches.
  var expression: String { get }

  /// Where the word that starts at `start` ends. The text is well-formed UTF-8 and `start < text.count`.
  func endOfWord(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int

  /// Writes where the words from `start` on end, at least one and at most `ends.count` of them; returns their
  /// number. `ends` has room for a batch.
  func findWords(
    in text: UnsafeBufferPointer<UInt8>, from start: Int, ends: UnsafeMutableBufferPointer<Int>
  ) -> Int
}

extension SplitPattern {
  /// Word by word; a pattern with a faster way has its own.
  func findWords(
    in text: UnsafeBufferPointer<UInt8>, from start: Int, ends: UnsafeMutableBufferPointer<Int>
  ) -> Int {
    var (start, count) = (start, 0)
    while start < text.count, count < ends.count {
      start = endOfWord(in: text, from: start)
      ends[count] = start
      count += 1
    }
    return count
  }

  /// Gives the words of a text in order to `yield`, many at a time.
  func split(_ text: TextView, _ yield: (WordBatch) -> Void) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: WordBatch.capacity) { ends in
      var start = 0
      while start < text.count {
        let count = findWords(in: text.bytes, from: start, ends: ends)
        yield(WordBatch(text: text, start: start, ends: UnsafeBufferPointer(rebasing: ends[..<count])))
        start = ends[count - 1]
      }
    }
  }
}

/// The patterns that are known.
enum SplitPatterns {
  static let all: [any SplitPattern] = [GPT2Pattern(), WordPattern()] + LetterPattern.all

  static func named(_ expression: String) -> (any SplitPattern)? {
    all.first { UTF8Key($0.expression) == UTF8Key(expression) }
  }
}
