/// Reads a regular expression as Oniguruma does, which `tokenizers` uses.
///
/// Left out, and refused by name: backreferences and calls, conditionals, absent groups, text segments, `\K`, `\G`,
/// and raw bytes. Groups capture nothing, since nobody asks what they held.
struct PatternParser {
  /// What `(?imx)` switch.
  struct Options {
    var ignoresCase = false
    /// Whether `.` matches a newline.
    var dotMatchesNewline = false
    /// Whether whitespace and comments stand for nothing.
    var isExtended = false
  }

  private static let deepestNesting = 100
  private static let largestCount = 1000

  let source: String
  let scalars: [Unicode.Scalar]
  var place = 0
  private var depth = 0

  /// The tree of an expression.
  ///
  /// - Throws: when it is malformed or asks for what is not supported, with the place of it.
  static func parse(_ source: String) throws(MartletError) -> PatternNode {
    var parser = PatternParser(source: source, scalars: Array(source.unicodeScalars))
    let node = try parser.alternatives(Options())
    if parser.place < parser.scalars.count {
      throw parser.error("a \")\" without its \"(\"", at: parser.place)
    }
    return node
  }

  private init(source: String, scalars: [Unicode.Scalar]) {
    self.source = source
    self.scalars = scalars
  }

  // MARK: Reading

  var current: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

  func peek(_ offset: Int) -> Unicode.Scalar? {
    place + offset < scalars.count ? scalars[place + offset] : nil
  }

  /// Passes over a text when it stands here.
  mutating func take(_ text: String) -> Bool {
    let wanted = text.unicodeScalars
    guard scalars[place...].starts(with: wanted) else { return false }
    place += wanted.count
    return true
  }

  func error(_ what: String, at place: Int) -> MartletError {
    MartletError(
      "the regular expression \(JSON.string(source).compact) has \(what) at character \(place + 1)")
  }

  func unsupported(_ what: String, at place: Int) -> MartletError {
    error("\(what), which is not supported,", at: place)
  }

  // MARK: Structure

  /// Branches up to the end or a ")".
  mutating func alternatives(_ options: Options) throws(MartletError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepestNesting else {
      throw error("groups nested more than \(Self.deepestNesting) deep", at: place)
    }
    var branches: [PatternNode] = []
    repeat { branches.append(try branch(options)) } while take("|")
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func branch(_ options: Options) throws(MartletError) -> PatternNode {
    var parts: [PatternNode] = []
    // Plain characters that are compared without case, which may be equal to others only together.
    var literal: [UInt32] = []
    func flushLiteral() {
      parts += Self.ignoringCase(literal)
      literal = []
    }
    while let scalar = current, scalar != "|", scalar != ")" {
      if options.isExtended, skipExtended(scalar) { continue }
      let start = place
      switch try atom(options) {
      case .nothing: continue
      case .rest(let node):
        flushLiteral()
        parts.append(node)
      case .literal(let value) where options.ignoresCase:
        let repeated = try quantified(Self.ignoringCase(value), from: start, options)
        if let repeated {
          flushLiteral()
          parts.append(repeated)
        } else {
          literal.append(value)
        }
      case .literal(let value):
        let node = PatternNode.set(ScalarSet(value))
        parts.append(try quantified(node, from: start, options) ?? node)
      case .node(let node):
        flushLiteral()
        parts.append(try quantified(node, from: start, options) ?? node)
      }
    }
    flushLiteral()
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func skipExtended(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "#" {
      while let next = current, next != "\n" {
        place += 1
        _ = next
      }
      return true
    }
    guard scalar.value <= 0x20, PatternProperties.whitespace.contains(scalar.value) else { return false }
    place += 1
    return true
  }

  /// What stands at one place of a branch.
  enum Atom {
    /// A comment.
    case nothing
    /// A plain character.
    case literal(UInt32)
    case node(PatternNode)
    /// All that was left of the group, after `(?i)`.
    case rest(PatternNode)
  }

  private mutating func atom(_ options: Options) throws(MartletError) -> Atom {
    let start = place
    let scalar = scalars[place]
    switch scalar {
    case "(": return try group(options)
    case "[":
      place += 1
      return .node(try characterClass(options, openedAt: start))
    case "\\": return try escape(options)
    case "*", "+", "?": throw error("a \"\(scalar)\" with nothing to repeat", at: place)
    case ".":
      place += 1
      return .node(
        .set(options.dotMatchesNewline ? .everything : PatternProperties.newline.inverted))
    case "^":
      place += 1
      return .node(.assertion(.lineStart))
    case "$":
      place += 1
      return .node(.assertion(.lineEnd))
    default:
      place += 1
      return .literal(scalar.value)
    }
  }

  private mutating func group(_ options: Options) throws(MartletError) -> Atom {
    let start = place
    place += 1
    var make: (PatternNode) -> PatternNode = { $0 }
    var inner = options
    if take("?") {
      if take("#") {
        while let scalar = current, scalar != ")" { place += scalar == "\\" ? 2 : 1 }
        guard take(")") else { throw error("a comment without its end", at: start) }
        return .nothing
      } else if take(">") {
        make = { .atomic($0) }
      } else if take("=") {
        make = { .look($0, isBehind: false, isNegative: false) }
      } else if take("!") {
        make = { .look($0, isBehind: false, isNegative: true) }
      } else if take("<=") {
        make = { .look($0, isBehind: true, isNegative: false) }
      } else if take("<!") {
        make = { .look($0, isBehind: true, isNegative: true) }
      } else if current == "<" || current == "'" {
        let end: Unicode.Scalar = current == "<" ? ">" : "'"
        place += 1
        while let scalar = current, scalar != end { place += scalar.value < 0x21 ? scalars.count : 1 }
        guard place < scalars.count else { throw error("a group name without its end", at: start) }
        place += 1
      } else if !take(":") {
        try readOptions(&inner, openedAt: start)
        // The options hold for the rest of the group around this one, its other branches included.
        if take(")") { return .rest(try alternatives(inner)) }
        place += 1
      }
    }
    let body = try alternatives(inner)
    guard take(")") else { throw error("a \"(\" without its \")\"", at: start) }
    let node = make(body)
    if case .look(let body, isBehind: true, _) = node, let part = Self.unfitForLookBehind(body) {
      throw unsupported("\(part) inside a look-behind", at: start)
    }
    return .node(node)
  }

  /// Reads `i-mx` up to the ":" or ")", which is left.
  private mutating func readOptions(_ options: inout Options, openedAt start: Int) throws(MartletError) {
    var value = true
    while let scalar = current, scalar != ":", scalar != ")" {
      switch scalar {
      case "-": value = false
      case "i": options.ignoresCase = value
      case "m": options.dotMatchesNewline = value
      case "x": options.isExtended = value
      default: throw unsupported("the group \"(?\(scalar)\"", at: start)
      }
      place += 1
    }
    if place == scalars.count { throw error("a \"(\" without its \")\"", at: start) }
  }

  /// Matching backwards finds the same as matching forwards as long as nothing depends on what is tried first.
  private static func unfitForLookBehind(_ node: PatternNode) -> String? {
    switch node {
    case .set, .look, .assertion: nil
    case .sequence(let parts), .choice(let parts): parts.lazy.compactMap(unfitForLookBehind).first
    case .repeated(let body, _, _, _): unfitForLookBehind(body)
    case .atomic: "an atomic group"
    }
  }

  // MARK: Repetition

  /// What the quantifiers that follow make of a node; nil when there are none.
  private mutating func quantified(
    _ node: PatternNode, from start: Int, _ options: Options
  ) throws(MartletError) -> PatternNode? {
    var result: PatternNode?
    while let scalar = current {
      if options.isExtended, skipExtended(scalar) { continue }
      let quantifierStart = place
      guard let (least, most) = try counts() else { break }
      if case .repeated(_, _, _, isLazy: true)? = result {
        throw unsupported("a quantifier after a lazy one", at: quantifierStart)
      }
      if Self.isAnchor(result ?? node) { throw error("an anchor that is repeated", at: start) }
      let body = result ?? node
      let isInterval = scalar == "{"
      if isInterval, least == most, take("?") {
        // Not lazy: Oniguruma takes it as one more quantifier.
        result = .repeated(
          .repeated(body, least: least, most: most, isLazy: false), least: 0, most: 1, isLazy: false)
      } else if take("?") {
        result = .repeated(body, least: least, most: most, isLazy: true)
      } else if !isInterval, take("+") {
        result = .atomic(.repeated(body, least: least, most: most, isLazy: false))
      } else {
        result = .repeated(body, least: least, most: most, isLazy: false)
      }
    }
    return result
  }

  private static func isAnchor(_ node: PatternNode) -> Bool {
    switch node {
    case .look, .assertion: true
    default: false
    }
  }

  /// Reads `*`, `+`, `?`, `{2}`, `{2,}`, `{,3}` or `{2,3}`; nil, with nothing read, for anything else.
  private mutating func counts() throws(MartletError) -> (least: Int, most: Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    let start = place
    guard take("{") else { return nil }
    let least = number()
    var most = least
    if take(",") {
      most = number()
      if least == nil, most == nil {
        place = start
        return nil
      }
    }
    // Anything else in braces is plain text.
    guard take("}"), least != nil || most != nil else {
      place = start
      return nil
    }
    if let least, let most, least > most { throw unsupported("a quantifier from more to fewer", at: start) }
    guard max(least ?? 0, most ?? 0) <= Self.largestCount else {
      throw unsupported("a count above \(Self.largestCount)", at: start)
    }
    return (least ?? 0, most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = current, let digit = Int(String(scalar)), scalar.isASCII {
      // More digits than any count has must not overflow.
      value = min((value ?? 0) * 10 + digit, 1 << 20)
      place += 1
    }
    return value
  }

  // MARK: Case

  /// A character compared without case.
  private static func ignoringCase(_ value: UInt32) -> PatternNode {
    let equals = PatternNode.set(CaseFolding.equals(of: value))
    guard let long = CaseFolding.longEquals.first(where: { $0.scalar == value }) else { return equals }
    return .choice([equals, .sequence(long.scalars.map { .set(CaseFolding.equals(of: $0)) })])
  }

  /// Neighbouring characters compared without case: "ss" is also equal to "ß".
  private static func ignoringCase(_ literal: [UInt32]) -> [PatternNode] {
    var parts: [PatternNode] = []
    var place = 0
    while place < literal.count {
      let (count, single) = longEqual(at: place, of: literal)
      if count == 0 {
        parts.append(ignoringCase(literal[place]))
        place += 1
      } else {
        let each = literal[place..<(place + count)].map { PatternNode.set(CaseFolding.equals(of: $0)) }
        parts.append(.choice([.set(single), .sequence(each)]))
        place += count
      }
    }
    return parts
  }

  /// How many characters from a place on are together equal to single ones, and to which.
  private static func longEqual(at place: Int, of literal: [UInt32]) -> (count: Int, single: ScalarSet) {
    for count in [3, 2] where place + count <= literal.count {
      let singles = CaseFolding.longEquals.filter { long in
        long.scalars.count == count
          && zip(long.scalars, literal[place...]).allSatisfy { CaseFolding.equals(of: $0).contains($1) }
      }
      if !singles.isEmpty { return (count, ScalarSet(singles.map(\.scalar))) }
    }
    return (0, .empty)
  }
}
