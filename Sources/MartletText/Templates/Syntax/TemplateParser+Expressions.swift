extension TemplateParser {
  /// An expression, or several with commas between them: a tuple.
  mutating func tuple(
    hasConditional: Bool = true, ends: [String] = [], isInParentheses: Bool = false
  ) throws(MartletError) -> Expression {
    var elements: [Expression] = []
    var isTuple = false
    while true {
      if isTupleEnd(ends) { break }
      elements.append(hasConditional ? try expression() : try disjunction())
      guard skip(sign: ",") else { break }
      isTuple = true
    }
    if !isTuple {
      if let only = elements.first { return only }
      if !isInParentheses { throw error("expected an expression, found \(current.shown)") }
    }
    return .tuple(elements)
  }

  private func isTupleEnd(_ ends: [String]) -> Bool {
    switch current.kind {
    case .variableEnd, .blockEnd: true
    case .sign(")"): true
    case .name(let name): ends.contains(name)
    default: false
    }
  }

  /// An expression, perhaps with `… if … else …`.
  mutating func expression() throws(MartletError) -> Expression {
    try enter()
    defer { leave() }
    var result = try disjunction()
    var conditions = 0
    while skip(name: "if") {
      conditions += 1
      if conditions > 8 { throw error("too many conditions follow each other; use parentheses") }
      let test = try disjunction()
      let otherwise = skip(name: "else") ? try expression() : nil
      result = .conditional(test: test, then: result, otherwise: otherwise)
    }
    return result
  }

  private mutating func disjunction() throws(MartletError) -> Expression {
    var operands = [try conjunction()]
    while skip(name: "or") { operands.append(try conjunction()) }
    return operands.count == 1 ? operands[0] : .or(operands)
  }

  private mutating func conjunction() throws(MartletError) -> Expression {
    var operands = [try negation()]
    while skip(name: "and") { operands.append(try negation()) }
    return operands.count == 1 ? operands[0] : .and(operands)
  }

  private mutating func negation() throws(MartletError) -> Expression {
    guard skip(name: "not") else { return try comparison() }
    try enter()
    defer { leave() }
    return .not(try negation())
  }

  private mutating func comparison() throws(MartletError) -> Expression {
    let line = line
    let first = try sum()
    var rest: [(Comparison, Expression)] = []
    while let comparison = nextComparison() { rest.append((comparison, try sum())) }
    return rest.isEmpty ? first : .comparison(first, rest, line: line)
  }

  private mutating func nextComparison() -> Comparison? {
    switch current.kind {
    case .sign(let sign):
      guard let comparison = Comparison(rawValue: sign) else { return nil }
      advance()
      return comparison
    case .name("in"):
      advance()
      return .isIn
    case .name("not"):
      guard place + 1 < tokens.count, tokens[place + 1].kind == .name("in") else { return nil }
      advance()
      advance()
      return .isNotIn
    default: return nil
    }
  }

  private mutating func sum() throws(MartletError) -> Expression {
    let line = line
    let first = try concatenation()
    var rest: [(Arithmetic, Expression)] = []
    while let operation = next(of: [.add, .subtract]) { rest.append((operation, try concatenation())) }
    return rest.isEmpty ? first : .arithmetic(first, rest, line: line)
  }

  private mutating func concatenation() throws(MartletError) -> Expression {
    var operands = [try product()]
    while skip(sign: "~") { operands.append(try product()) }
    return operands.count == 1 ? operands[0] : .concatenation(operands)
  }

  private mutating func product() throws(MartletError) -> Expression {
    let line = line
    let first = try power()
    var rest: [(Arithmetic, Expression)] = []
    while let operation = next(of: [.multiply, .divide, .floorDivide, .remainder]) {
      rest.append((operation, try power()))
    }
    return rest.isEmpty ? first : .arithmetic(first, rest, line: line)
  }

  private mutating func power() throws(MartletError) -> Expression {
    let line = line
    let first = try unary()
    var rest: [(Arithmetic, Expression)] = []
    while let operation = next(of: [.power]) { rest.append((operation, try unary())) }
    return rest.isEmpty ? first : .arithmetic(first, rest, line: line)
  }

  private mutating func next(of operations: [Arithmetic]) -> Arithmetic? {
    guard case .sign(let sign) = current.kind, let found = Arithmetic(rawValue: sign),
      operations.contains(found)
    else { return nil }
    advance()
    return found
  }

  /// A value with its sign and all that follows it. Jinja applies filters after the sign: `-1|abs` is 1.
  private mutating func unary(hasFilters: Bool = true) throws(MartletError) -> Expression {
    let line = line
    let first: Expression
    if skip(sign: "-") {
      first = .negative(try deeperUnary(), line: line)
    } else if skip(sign: "+") {
      first = .positive(try deeperUnary(), line: line)
    } else {
      first = try primary()
    }
    var operations: [Postfix] = []
    while let operation = try nextPostfix() { operations.append(operation) }
    while hasFilters, let operation = try nextFilter() { operations.append(operation) }
    if case .postfix(let base, let before) = first { return .postfix(base, before + operations) }
    return operations.isEmpty ? first : .postfix(first, operations)
  }

  private mutating func deeperUnary() throws(MartletError) -> Expression {
    try enter()
    defer { leave() }
    return try unary(hasFilters: false)
  }

  // MARK: What follows a value

  private mutating func nextPostfix() throws(MartletError) -> Postfix? {
    let line = line
    if skip(sign: ".") {
      switch current.kind {
      case .name(let name):
        advance()
        return Postfix(kind: .attribute(name), line: line)
      case .integer(let value):
        advance()
        return Postfix(kind: .item(.literal(.integer(value))), line: line)
      default: throw error("expected a name or number after '.', found \(current.shown)")
      }
    }
    if skip(sign: "[") { return Postfix(kind: try subscripted(), line: line) }
    if isSign("(") { return Postfix(kind: .call(try arguments()), line: line) }
    return nil
  }

  private mutating func nextFilter() throws(MartletError) -> Postfix? {
    let line = line
    if skip(sign: "|") { return try filter() }
    if isName("is") { return try test() }
    if isSign("(") { return Postfix(kind: .call(try arguments()), line: line) }
    return nil
  }

  private mutating func subscripted() throws(MartletError) -> Postfix.Kind {
    var parts: [Expression] = []
    while !isSign("]") {
      if !parts.isEmpty { try expect(sign: ",") }
      var start: Expression?
      if !isSign(":") { start = try expression() }
      guard skip(sign: ":") else {
        if let start { parts.append(start) }
        continue
      }
      let stop = isSign(":") || isSign("]") || isSign(",") ? nil : try expression()
      var step: Expression?
      if skip(sign: ":"), !isSign("]"), !isSign(",") { step = try expression() }
      guard parts.isEmpty, isSign("]") else {
        throw error("a slice among several subscripts is not supported")
      }
      advance()
      return .slice(start, stop, step)
    }
    advance()
    if parts.count == 1 { return .item(parts[0]) }
    return .item(.tuple(parts))
  }

  /// A filter's name, after its `|`, and arguments.
  mutating func filter() throws(MartletError) -> Postfix {
    let line = line
    let name = try expectName()
    let arguments = isSign("(") ? try arguments() : Arguments()
    return Postfix(kind: .filter(name, arguments), line: line)
  }

  private mutating func test() throws(MartletError) -> Postfix {
    let line = line
    advance()
    let isNegated = skip(name: "not")
    let name = try expectName()
    var arguments = Arguments()
    if isSign("(") {
      arguments = try self.arguments()
    } else if beginsArgument {
      if isName("is") { throw error("tests cannot follow each other; use parentheses") }
      let value = try primary()
      var operations: [Postfix] = []
      while let operation = try nextPostfix() { operations.append(operation) }
      arguments.positional = [operations.isEmpty ? value : .postfix(value, operations)]
    }
    return Postfix(kind: .test(name, arguments, isNegated: isNegated), line: line)
  }

  /// Whether the next word begins the argument of a test that stands without parentheses.
  private var beginsArgument: Bool {
    switch current.kind {
    case .name(let name): !["else", "or", "and"].contains(name)
    case .text, .integer, .number, .sign("["), .sign("{"): true
    default: false
    }
  }

  private mutating func arguments() throws(MartletError) -> Arguments {
    try enter()
    defer { leave() }
    let line = line
    var arguments = Arguments()
    var isFirst = true
    try expect(sign: "(")
    while !isSign(")") {
      if !isFirst { try expect(sign: ",") }
      isFirst = false
      if isSign(")") { break }
      try argument(into: &arguments, line)
    }
    advance()
    return arguments
  }

  private mutating func argument(into arguments: inout Arguments, _ line: Int) throws(MartletError) {
    let invalid = error("the arguments stand in an order that is not allowed", line: line)
    if skip(sign: "*") {
      if arguments.more != nil || arguments.moreKeywords != nil { throw invalid }
      arguments.more = try expression()
    } else if skip(sign: "**") {
      if arguments.moreKeywords != nil { throw invalid }
      arguments.moreKeywords = try expression()
    } else if let name, place + 1 < tokens.count, tokens[place + 1].kind == .sign("=") {
      if arguments.moreKeywords != nil { throw invalid }
      advance()
      advance()
      if arguments.keywords.contains(where: { $0.name == name }) {
        throw error("the argument \"\(PrintableName.make(name))\" stands twice")
      }
      arguments.keywords.append((name, try expression()))
    } else {
      if arguments.more != nil || arguments.moreKeywords != nil || !arguments.keywords.isEmpty {
        throw invalid
      }
      arguments.positional.append(try expression())
    }
  }

  // MARK: Values

  private mutating func primary() throws(MartletError) -> Expression {
    let token = current
    switch token.kind {
    case .name(let name):
      advance()
      return named(name, token.line)
    case .text(var text):
      advance()
      while case .text(let more) = current.kind {
        text.append(more)
        advance()
      }
      return .literal(.text(text))
    case .integer(let value):
      advance()
      return .literal(.integer(value))
    case .number(let value):
      advance()
      return .literal(.number(value))
    case .sign("("):
      advance()
      try enter()
      defer { leave() }
      let inner = try tuple(isInParentheses: true)
      try expect(sign: ")")
      return inner
    case .sign("["): return .list(try elements())
    case .sign("{"): return try dictionary()
    default: throw error("unexpected \(token.shown) where a value is expected")
    }
  }

  private mutating func named(_ name: String, _ line: Int) -> Expression {
    switch name {
    case "true", "True": return .literal(.bool(true))
    case "false", "False": return .literal(.bool(false))
    case "none", "None": return .literal(.none)
    case "caller", "varargs", "kwargs":
      if !specialNames.isEmpty { specialNames[specialNames.count - 1].insert(name) }
    default: break
    }
    return .name(name, line: line)
  }

  private mutating func elements() throws(MartletError) -> [Expression] {
    advance()
    var elements: [Expression] = []
    while !isSign("]") {
      if !elements.isEmpty { try expect(sign: ",") }
      if isSign("]") { break }
      elements.append(try expression())
    }
    advance()
    return elements
  }

  private mutating func dictionary() throws(MartletError) -> Expression {
    advance()
    var members: [(key: Expression, value: Expression)] = []
    while !isSign("}") {
      if !members.isEmpty { try expect(sign: ",") }
      if isSign("}") { break }
      let key = try expression()
      try expect(sign: ":")
      members.append((key, try expression()))
    }
    advance()
    return .dictionary(members)
  }
}
