/// What becomes of the matches at which a text is cut.
///
/// Source: `tokenizers`, normalizer.rs, `SplitDelimiterBehavior`.
enum SplitBehavior: String, Sendable {
  /// They are left out.
  case removed = "Removed"
  /// Each is a word.
  case isolated = "Isolated"
  /// Each belongs to what stands before it, but of several in a row only the first.
  case mergedWithPrevious = "MergedWithPrevious"
  /// Each belongs to what stands after it, but of several in a row only the last.
  case mergedWithNext = "MergedWithNext"
  /// Several in a row are one word.
  case contiguous = "Contiguous"

  /// Reads the value of a key; nil when it is missing.
  static func read(_ key: String, _ reader: JSONReader) throws(MartletError) -> SplitBehavior? {
    guard let name = try reader.optional(key, as: String.self) else { return nil }
    guard let behavior = SplitBehavior(rawValue: name) else {
      throw reader.unexpected(
        key, expected: "Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous")
    }
    return behavior
  }

  /// Gives the words of a text to `yield`.
  ///
  /// - Parameters:
  ///   - isInverted: whether what lies between the matches counts as the matches.
  ///   - forEachMatch: gives the matches, from the left and each after the one before.
  func split(
    _ text: TextView, isInverted: Bool = false, _ forEachMatch: ((Range<Int>) -> Void) -> Void,
    _ yield: (WordBatch) -> Void
  ) {
    WordCollector.collect(text, yield) { collector in
      var pieces = SplitPieces(behavior: self)
      var end = 0
      forEachMatch { match in
        if end < match.lowerBound { pieces.add(end..<match.lowerBound, isInverted, &collector) }
        pieces.add(match, !isInverted, &collector)
        end = match.upperBound
      }
      if end < text.count { pieces.add(end..<text.count, isInverted, &collector) }
      pieces.finish(&collector)
    }
  }
}

/// Makes words of the matches in a text and of what lies between.
private struct SplitPieces {
  let behavior: SplitBehavior
  /// A word that may grow.
  private var held: Range<Int>?
  private var previousIsMatch = false

  init(behavior: SplitBehavior) { self.behavior = behavior }

  @inline(__always) mutating func add(
    _ piece: Range<Int>, _ isMatch: Bool, _ collector: inout WordCollector
  ) {
    let grows: Bool
    switch behavior {
    case .isolated: return collector.add(piece)
    case .removed: return isMatch ? () : collector.add(piece)
    case .contiguous: grows = isMatch == previousIsMatch
    case .mergedWithPrevious: grows = isMatch && !previousIsMatch
    case .mergedWithNext: grows = previousIsMatch && !isMatch
    }
    previousIsMatch = isMatch
    if grows, let start = held?.lowerBound {
      held = start..<piece.upperBound
    } else {
      finish(&collector)
      held = piece
    }
  }

  mutating func finish(_ collector: inout WordCollector) {
    if let held { collector.add(held) }
    held = nil
  }
}
