/// Runs a template's statements.
///
/// Source: Jinja2 3.1, compiler.py and runtime.py: a `for` loop's turn, a macro's body, and a block that is caught
/// as text each have names of their own; an `if` has not.
final class TemplateRenderer {
  let meter: TemplateMeter
  let arena = TemplateArena()
  let time: TemplateTime
  /// The line of what is being done, for errors.
  var line = 1

  /// How a body was left.
  enum Flow {
    case end, breakLoop, continueLoop
  }

  init(limits: TemplateLimits, time: TemplateTime) {
    meter = TemplateMeter(limits)
    self.time = time
  }

  /// Renders a whole template.
  ///
  /// - Throws: what went wrong; ``line`` tells where.
  func render(
    _ statements: [Statement], variables: [(name: String, value: TemplateValue)]
  ) throws(MartletError) -> TracedText {
    defer { arena.clear() }
    let globals = TemplateScope(nil)
    for function in FunctionObject.Function.allCases {
      globals.set(function.rawValue, .object(FunctionObject(function)))
    }
    for (name, value) in variables { globals.set(name, value) }
    var output = TextBuilder(meter)
    _ = try run(statements, TemplateScope(globals), &output)
    return output.text
  }

  func run(
    _ statements: [Statement], _ scope: TemplateScope, _ output: inout TextBuilder
  ) throws(MartletError) -> Flow {
    try meter.enter()
    defer { meter.leave() }
    for statement in statements {
      try meter.step()
      line = statement.line
      let flow = try run(statement, scope, &output)
      if flow != .end { return flow }
    }
    return .end
  }

  /// The text that statements make, with names of their own.
  func text(_ statements: [Statement], _ scope: TemplateScope) throws(MartletError) -> (TracedText, Flow) {
    var output = TextBuilder(meter)
    let flow = try run(statements, TemplateScope(scope), &output)
    return (output.text, flow)
  }

  private func run(
    _ statement: Statement, _ scope: TemplateScope, _ output: inout TextBuilder
  ) throws(MartletError) -> Flow {
    switch statement.kind {
    case .text(let text): try output.append(text)
    case .output(let values): try print(values, scope, &output)
    case .loop(let loop): try run(loop, scope, &output)
    case .condition(let branches, let otherwise): return try condition(branches, otherwise, scope, &output)
    case .set(let target, let value): try assign(try evaluate(value, scope), to: target, scope)
    case .setBlock(let target, let filters, let body):
      return try setBlock(target, filters, body, scope)
    case .macro(let macro):
      arena.hold(scope)
      scope.set(macro.name, .object(MacroObject(macro, scope)))
    case .callBlock(let function, let body):
      arena.hold(scope)
      let caller = TemplateValue.object(MacroObject(body, scope))
      try output.append(try shown(try call(function, scope, caller: caller)))
    case .filterBlock(let filters, let body):
      let (text, flow) = try text(body, scope)
      if flow != .end { return flow }
      try output.append(try shown(try apply(filters, to: .text(text), scope)))
    case .generation(let body):
      try output.append(try text(body, scope).0.adding(.generation))
    case .with(let assignments, let body): return try with(assignments, body, scope, &output)
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    }
    return .end
  }

  private func print(
    _ values: [Expression], _ scope: TemplateScope, _ output: inout TextBuilder
  ) throws(MartletError) {
    for value in values { try output.append(try shown(try evaluate(value, scope))) }
  }

  private func condition(
    _ branches: [(test: Expression, body: [Statement])], _ otherwise: [Statement], _ scope: TemplateScope,
    _ output: inout TextBuilder
  ) throws(MartletError) -> Flow {
    for (test, body) in branches where try evaluate(test, scope).isTrue {
      return try run(body, scope, &output)
    }
    return otherwise.isEmpty ? .end : try run(otherwise, scope, &output)
  }

  private func setBlock(
    _ target: AssignmentTarget, _ filters: [Postfix], _ body: [Statement], _ scope: TemplateScope
  ) throws(MartletError) -> Flow {
    let (text, flow) = try text(body, scope)
    if flow != .end { return flow }
    try assign(try apply(filters, to: .text(text), scope), to: target, scope)
    return .end
  }

  private func with(
    _ assignments: [(AssignmentTarget, Expression)], _ body: [Statement], _ scope: TemplateScope,
    _ output: inout TextBuilder
  ) throws(MartletError) -> Flow {
    let inner = TemplateScope(scope)
    for (target, value) in assignments { try assign(try evaluate(value, scope), to: target, inner) }
    return try run(body, inner, &output)
  }

  // MARK: Assignments

  func assign(
    _ value: TemplateValue, to target: AssignmentTarget, _ scope: TemplateScope
  ) throws(MartletError) {
    switch target {
    case .name(let name): scope.set(name, value)
    case .attribute(let name, let attribute):
      guard case .object(let object)? = scope.value(name), let namespace = object as? NamespaceObject else {
        throw MartletError("cannot assign to \(name).\(attribute): only a namespace's attributes can be set")
      }
      try namespace.set(NamespaceObject.checked(TracedText(attribute)), value)
    case .tuple(let targets):
      guard let elements = try Self.elements(value, meter) else {
        throw MartletError("cannot unpack non-iterable \(value.typeName) object")
      }
      guard elements.count == targets.count else {
        throw MartletError("cannot unpack \(elements.count) values into \(targets.count) names")
      }
      for (target, element) in zip(targets, elements) { try assign(element, to: target, scope) }
    }
  }

  // MARK: Loops

  private func run(
    _ loop: ForLoop, _ scope: TemplateScope, _ output: inout TextBuilder
  ) throws(MartletError) {
    let iterable = try evaluate(loop.iterable, scope)
    try run(loop, over: iterable, depth0: 0, scope, &output)
  }

  func run(
    _ loop: ForLoop, over iterable: TemplateValue, depth0: Int, _ scope: TemplateScope,
    _ output: inout TextBuilder
  ) throws(MartletError) {
    guard var items = try Self.elements(iterable, meter) else {
      throw MartletError("'\(iterable.typeName)' object is not iterable")
    }
    if let filter = loop.filter { items = try filtered(items, loop.target, filter, scope) }
    if items.isEmpty {
      _ = try run(loop.otherwise, TemplateScope(scope), &output)
      return
    }
    let position = try LoopObject(items, recursion: loop.isRecursive ? (loop, scope) : nil, depth0: depth0)
    if loop.isRecursive { arena.hold(scope) }
    for (turn, item) in items.enumerated() {
      try meter.step()
      position.turn = turn
      let inner = TemplateScope(scope)
      inner.set("loop", .object(position))
      try assign(item, to: loop.target, inner)
      if try run(loop.body, inner, &output) == .breakLoop { return }
    }
  }

  private func filtered(
    _ items: [TemplateValue], _ target: AssignmentTarget, _ filter: Expression, _ scope: TemplateScope
  ) throws(MartletError) -> [TemplateValue] {
    var kept: [TemplateValue] = []
    for item in items {
      try meter.step()
      let inner = TemplateScope(scope)
      try assign(item, to: target, inner)
      if try evaluate(filter, inner).isTrue { kept.append(item) }
    }
    return kept
  }

  /// The elements of what can be looped over: characters of a text, keys of a dictionary; nil for other values.
  static func elements(
    _ value: TemplateValue, _ meter: TemplateMeter
  ) throws(MartletError) -> [TemplateValue]? {
    switch value {
    case .undefined: return []
    case .list(let list), .tuple(let list):
      try meter.step(list.elements.count)
      return list.elements
    case .dictionary(let dictionary):
      try meter.step(dictionary.count)
      return dictionary.keys
    case .text(let text):
      try meter.step(4 * text.count)
      return text.scalars.map { .text(text[$0.range]) }
    case .object(let object):
      guard let elements = object.iterate() else { return nil }
      try meter.step(elements.count)
      return elements
    default: return nil
    }
  }
}

extension NamespaceObject {
  /// - Throws: when the name is one that `transformers` does not allow.
  static func checked(_ name: TracedText) throws(MartletError) -> TracedText {
    if name.bytes.first == UInt8(ascii: "_") {
      throw MartletError(
        "a namespace's attribute must not begin with an underscore: '\(PrintableName.make(name.string))'")
    }
    return name
  }
}
