/// A regular expression as a tree.
indirect enum PatternNode: Equatable, Sendable {
  /// One scalar of a set.
  case set(ScalarSet)
  /// One after the other; none at all matches the empty text.
  case sequence([PatternNode])
  /// The first that leads to a match.
  case choice([PatternNode])
  /// So many times; without an upper bound when `most` is nil.
  case repeated(PatternNode, least: Int, most: Int?, isLazy: Bool)
  /// What it matches first, and nothing else when what follows fails.
  case atomic(PatternNode)
  /// Whether the text around this place matches.
  case look(PatternNode, isBehind: Bool, isNegative: Bool)
  /// Something about this place.
  case assertion(PatternAssertion)

  static let empty = PatternNode.sequence([])

  /// Whether it can match without taking anything.
  var isNullable: Bool {
    switch self {
    case .set: false
    case .sequence(let parts): parts.allSatisfy(\.isNullable)
    case .choice(let parts): parts.contains(where: \.isNullable)
    case .repeated(let body, let least, _, _): least == 0 || body.isNullable
    case .atomic(let body): body.isNullable
    case .look, .assertion: true
    }
  }
}

/// What an anchor asks of its place.
enum PatternAssertion: Equatable, Sendable {
  case textStart
  case textEnd
  /// The end of the text, or the newline before it.
  case textEndOrLastNewline
  case lineStart
  case lineEnd
  case wordBoundary
  case notWordBoundary
}
