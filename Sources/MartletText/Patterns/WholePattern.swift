/// A regular expression that a whole text must match.
///
/// What Python's `re` and Oniguruma write alike means the same; what only one of them has is refused.
package struct WholePattern: Sendable {
  private let pattern: Pattern

  /// - Throws: when the expression is malformed or asks for what is not supported, which is named with its place.
  package init(_ source: String) throws(MartletError) {
    // Alone first: a bracket too many could end the group around it.
    _ = try Pattern(source)
    pattern = try Pattern("\\A(?:\(source))\\z")
  }

  /// Whether all of a text matches.
  package func matches(_ text: String) -> Bool {
    var isMatch = false
    var text = text
    text.withUTF8 { bytes in pattern.forEachMatch(in: bytes) { _ in isMatch = true } }
    return isMatch
  }
}
