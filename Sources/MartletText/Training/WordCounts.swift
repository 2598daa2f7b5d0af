/// How often each word occurs in texts.
struct WordCounts: Sendable {
  /// The different words, in the order they first occur.
  private(set) var words = ByteInterner()
  /// The number of times each occurs.
  private(set) var counts: [Int] = []

  init(_ texts: some Sequence<String>, pattern: some SplitPattern) {
    for var text in texts {
      text.withUTF8 { bytes in
        pattern.split(TextView(bytes)) { batch in
          for word in batch {
            let number = words.intern(word)
            if number == counts.count { counts.append(1) } else { counts[number] += 1 }
          }
        }
      }
    }
  }
}
