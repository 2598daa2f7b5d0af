/// Makes statements and expressions of a template's words.
///
/// Source: Jinja2 3.1, parser.py, with the extensions that `transformers` loads: `break`, `continue` and
/// `generation`.
struct TemplateParser {
  let template: String
  let tokens: [TemplateToken]
  var place = 0
  private var depth = 0
  /// The loops around, each false where a function begins: `break` cannot leave one.
  var loops: [Bool] = []
  /// Of each macro around, which of the special names its body speaks of.
  var specialNames: [Set<String>] = []

  /// How deep statements and expressions may lie in each other.
  static let deepest = 100

  /// - Parameter template: what to call the template in messages.
  static func parse(_ source: String, template: String) throws(MartletError) -> [Statement] {
    let tokens = try TemplateLexer.tokens(source, template: template)
    var parser = TemplateParser(template: template, tokens: tokens)
    let statements = try parser.body(until: [])
    return statements
  }

  private init(template: String, tokens: [TemplateToken]) {
    (self.template, self.tokens) = (template, tokens)
  }

  // MARK: Words

  var current: TemplateToken { tokens[place] }
  var line: Int { current.line }

  func error(_ what: String, line: Int? = nil) -> MartletError {
    MartletError("\(template), line \(line ?? self.line): \(what)")
  }

  mutating func advance() {
    if place + 1 < tokens.count { place += 1 }
  }

  func isSign(_ sign: String) -> Bool {
    if case .sign(let found) = current.kind { return found == sign }
    return false
  }

  func isName(_ name: String) -> Bool { self.name == name }

  /// The name that is next, if one is.
  var name: String? {
    if case .name(let found) = current.kind { return found }
    return nil
  }

  mutating func skip(sign: String) -> Bool {
    guard isSign(sign) else { return false }
    advance()
    return true
  }

  mutating func skip(name: String) -> Bool {
    guard isName(name) else { return false }
    advance()
    return true
  }

  mutating func expect(sign: String) throws(MartletError) {
    if !skip(sign: sign) { throw error("expected '\(sign)', found \(current.shown)") }
  }

  mutating func expect(_ kind: TemplateToken.Kind, _ shown: String) throws(MartletError) {
    guard current.kind == kind else { throw error("expected \(shown), found \(current.shown)") }
    advance()
  }

  mutating func expectName() throws(MartletError) -> String {
    guard let name else { throw error("expected a name, found \(current.shown)") }
    advance()
    return name
  }

  /// Goes one deeper; to be followed by ``leave()``.
  mutating func enter() throws(MartletError) {
    depth += 1
    if depth > Self.deepest {
      throw error("statements and expressions lie more than \(Self.deepest) deep in each other")
    }
  }

  mutating func leave() { depth -= 1 }

  // MARK: Bodies

  /// Reads statements up to a tag of one of some names, which is next then; to the end for none.
  mutating func body(until ends: [String]) throws(MartletError) -> [Statement] {
    try enter()
    defer { leave() }
    var statements: [Statement] = []
    while true {
      let line = line
      switch current.kind {
      case .data(let text):
        advance()
        statements.append(Statement(kind: .text(text), line: line))
      case .variableBegin:
        advance()
        let value = try tuple()
        try expect(.variableEnd, "'}}'")
        statements.append(Statement(kind: .output([value]), line: line))
      case .blockBegin:
        advance()
        if let name, ends.contains(name) { return statements }
        statements.append(try statement(ends: ends))
        try expect(.blockEnd, "'%}'")
      default:
        if ends.isEmpty { return statements }
        throw error("the template ends, but {% \(ends.last!) %} is missing")
      }
    }
  }

  /// The body of a statement whose tag ends here, up to one of some tags; the name of that tag is next.
  mutating func block(until ends: String...) throws(MartletError) -> [Statement] {
    _ = skip(sign: ":")
    try expect(.blockEnd, "'%}'")
    return try body(until: ends)
  }

  /// As above, past the name of the closing tag.
  mutating func block(past end: String) throws(MartletError) -> [Statement] {
    let statements = try block(until: end)
    advance()
    return statements
  }
}
