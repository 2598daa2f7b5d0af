extension TemplateParser {
  /// Reads one statement, from its name to before the end of its last tag.
  mutating func statement(ends: [String]) throws(MartletError) -> Statement {
    let line = line
    guard let name else { throw error("expected the name of a statement, found \(current.shown)") }
    advance()
    return Statement(kind: try kind(name, ends: ends, line: line), line: line)
  }

  private mutating func kind(
    _ name: String, ends: [String], line: Int
  ) throws(MartletError) -> Statement.Kind {
    switch name {
    case "for": return .loop(try forLoop(line))
    case "if": return try condition()
    case "set": return try assignment()
    case "macro": return .macro(try macro())
    case "call": return try callBlock()
    case "filter": return try filterBlock()
    case "generation": return .generation(try functionBody(past: "endgeneration"))
    case "with": return try with()
    case "print": return .output(try printed())
    case "break", "continue":
      guard loops.last == true else { throw error("{% \(name) %} stands outside of a loop", line: line) }
      return name == "break" ? .breakLoop : .continueLoop
    case "include", "import", "from", "extends", "block", "autoescape":
      throw error("the statement \"\(name)\" is not supported: a chat template is one file", line: line)
    default:
      let shown = PrintableName.make(name)
      if name == "else" || name == "elif" || name.hasPrefix("end") {
        let expected = ends.map { "{% \($0) %}" }.joined(separator: " or ")
        throw error(
          "{% \(shown) %} closes nothing" + (ends.isEmpty ? "" : "; expected \(expected)"), line: line)
      }
      throw error("the statement \"\(shown)\" is not known", line: line)
    }
  }

  private mutating func forLoop(_ line: Int) throws(MartletError) -> ForLoop {
    let target = try target(ends: ["in"])
    if target.names.contains("loop") { throw error("'loop' is the loop itself and can't be its target") }
    guard skip(name: "in") else { throw error("expected 'in', found \(current.shown)") }
    let iterable = try tuple(hasConditional: false, ends: ["recursive"])
    let filter = skip(name: "if") ? try expression() : nil
    let isRecursive = skip(name: "recursive")
    loops.append(true)
    let body = try block(until: "endfor", "else")
    loops.removeLast()
    var otherwise: [Statement] = []
    if isName("else") {
      advance()
      otherwise = try block(until: "endfor")
    }
    advance()
    return ForLoop(
      target: target, iterable: iterable, filter: filter, isRecursive: isRecursive, body: body,
      otherwise: otherwise, line: line)
  }

  private mutating func condition() throws(MartletError) -> Statement.Kind {
    var branches: [(test: Expression, body: [Statement])] = []
    while true {
      let test = try tuple(hasConditional: false)
      branches.append((test, try block(until: "elif", "else", "endif")))
      if skip(name: "elif") { continue }
      if skip(name: "else") {
        return .condition(branches, otherwise: try block(past: "endif"))
      }
      advance()
      return .condition(branches, otherwise: [])
    }
  }

  private mutating func assignment() throws(MartletError) -> Statement.Kind {
    let target = try target(hasAttributes: true)
    if skip(sign: "=") { return .set(target, try tuple()) }
    let filters = try filters()
    return .setBlock(target, filters: filters, try block(past: "endset"))
  }

  private mutating func filters() throws(MartletError) -> [Postfix] {
    var filters: [Postfix] = []
    while skip(sign: "|") { filters.append(try filter()) }
    return filters
  }

  private mutating func filterBlock() throws(MartletError) -> Statement.Kind {
    var filters = [try filter()]
    filters += try self.filters()
    return .filterBlock(filters, try block(past: "endfilter"))
  }

  /// A body that is a function of its own.
  private mutating func functionBody(past end: String) throws(MartletError) -> [Statement] {
    loops.append(false)
    defer { loops.removeLast() }
    return try block(past: end)
  }

  private mutating func macro() throws(MartletError) -> MacroDefinition {
    let name = try expectName()
    return try macro(name: name, parameters: try parameters(), end: "endmacro")
  }

  private mutating func macro(
    name: String, parameters: [MacroDefinition.Parameter], end: String
  ) throws(MartletError) -> MacroDefinition {
    specialNames.append([])
    let body = try functionBody(past: end)
    let names = specialNames.removeLast()
    if !specialNames.isEmpty { specialNames[specialNames.count - 1].formUnion(names) }
    return MacroDefinition(name: name, parameters: parameters, body: body, names: names)
  }

  private mutating func parameters() throws(MartletError) -> [MacroDefinition.Parameter] {
    var parameters: [MacroDefinition.Parameter] = []
    try expect(sign: "(")
    while !isSign(")") {
      if !parameters.isEmpty { try expect(sign: ",") }
      if isSign(")") { break }
      let line = line
      let name = try expectName()
      if parameters.contains(where: { $0.name == name }) {
        throw error("the parameter \"\(name)\" stands twice", line: line)
      }
      if skip(sign: "=") {
        parameters.append(.init(name: name, standard: try expression()))
      } else if parameters.last?.standard != nil {
        throw error("the parameter \"\(name)\" needs a default, since the one before it has one", line: line)
      } else {
        parameters.append(.init(name: name, standard: nil))
      }
    }
    try expect(sign: ")")
    return parameters
  }

  private mutating func callBlock() throws(MartletError) -> Statement.Kind {
    let parameters = isSign("(") ? try parameters() : []
    let line = line
    let function = try expression()
    guard case .postfix(_, let operations) = function, case .call = operations.last?.kind else {
      throw error("{% call %} needs a call, such as {% call name() %}", line: line)
    }
    return .callBlock(function: function, try macro(name: "caller", parameters: parameters, end: "endcall"))
  }

  private mutating func with() throws(MartletError) -> Statement.Kind {
    var assignments: [(AssignmentTarget, Expression)] = []
    while current.kind != .blockEnd, !isSign(":") {
      if !assignments.isEmpty { try expect(sign: ",") }
      let target = try target()
      try expect(sign: "=")
      assignments.append((target, try expression()))
    }
    return .with(assignments, try block(past: "endwith"))
  }

  private mutating func printed() throws(MartletError) -> [Expression] {
    var values: [Expression] = []
    while current.kind != .blockEnd {
      if !values.isEmpty { try expect(sign: ",") }
      values.append(try expression())
    }
    return values
  }

  // MARK: Targets

  /// What is assigned to: a name, a namespace's attribute, or several of them.
  private mutating func target(
    hasAttributes: Bool = false, ends: [String] = []
  ) throws(MartletError) -> AssignmentTarget {
    try enter()
    defer { leave() }
    var targets: [AssignmentTarget] = []
    var isTuple = false
    while true {
      if isSign(")") || isSign("=") || current.kind == .blockEnd || name.map(ends.contains) == true { break }
      targets.append(try singleTarget(hasAttributes))
      guard skip(sign: ",") else { break }
      isTuple = true
    }
    if !isTuple, let only = targets.first { return only }
    if targets.isEmpty { throw error("expected a name to assign to, found \(current.shown)") }
    return .tuple(targets)
  }

  private mutating func singleTarget(_ hasAttributes: Bool) throws(MartletError) -> AssignmentTarget {
    if skip(sign: "(") {
      let inner = try target(hasAttributes: hasAttributes)
      try expect(sign: ")")
      return inner
    }
    let line = line
    let name = try expectName()
    if ["true", "false", "none", "True", "False", "None"].contains(name) {
      throw error("cannot assign to \(name)", line: line)
    }
    guard hasAttributes, skip(sign: ".") else { return .name(name) }
    return .attribute(name, try expectName())
  }
}
