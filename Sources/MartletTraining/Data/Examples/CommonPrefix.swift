/// The beginning that two sequences share.
enum CommonPrefix {
  /// How many elements at the start of two sequences are the same.
  static func count<Element: Equatable>(
    _ first: some Sequence<Element>, _ second: some Sequence<Element>
  ) -> Int {
    var count = 0
    for (one, other) in zip(first, second) {
      if one != other { break }
      count += 1
    }
    return count
  }
}
