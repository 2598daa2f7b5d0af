extension TemplateRenderer {
  /// The value of an expression.
  func evaluate(_ expression: Expression, _ scope: TemplateScope) throws(MartletError) -> TemplateValue {
    try meter.step()
    switch expression {
    case .literal(let literal): return Self.value(literal)
    case .name(let name, let line):
      self.line = line
      return scope.value(name) ?? UndefinedValue.name(name)
    default: break
    }
    try meter.enter()
    defer { meter.leave() }
    return try evaluateDeeper(expression, scope)
  }

  private func evaluateDeeper(
    _ expression: Expression, _ scope: TemplateScope
  ) throws(MartletError) -> TemplateValue {
    switch expression {
    case .literal, .name: return .none
    case .list(let elements): return .list(try TemplateList(try evaluate(elements, scope)))
    case .tuple(let elements): return .tuple(try TemplateList(try evaluate(elements, scope)))
    case .dictionary(let members): return try dictionary(members, scope)
    case .postfix(let base, let operations):
      return try apply(operations, to: try evaluate(base, scope), scope)
    case .negative(let operand, let line):
      let value = try evaluate(operand, scope)
      self.line = line
      return try TemplateArithmetic.negative(value)
    case .positive(let operand, let line):
      let value = try evaluate(operand, scope)
      self.line = line
      return try TemplateArithmetic.positive(value)
    case .not(let operand): return .bool(!(try evaluate(operand, scope).isTrue))
    case .and(let operands): return try firstWhere(false, operands, scope)
    case .or(let operands): return try firstWhere(true, operands, scope)
    case .comparison(let first, let rest, let line): return try compare(first, rest, line, scope)
    case .arithmetic(let first, let rest, let line): return try compute(first, rest, line, scope)
    case .concatenation(let operands): return try concatenate(operands, scope)
    case .conditional(let test, let then, let otherwise):
      if try evaluate(test, scope).isTrue { return try evaluate(then, scope) }
      guard let otherwise else {
        return .undefined(
          UndefinedValue("the inline if-expression evaluated to false and no else was defined"))
      }
      return try evaluate(otherwise, scope)
    }
  }

  static func value(_ literal: Literal) -> TemplateValue {
    switch literal {
    case .none: .none
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .text(let text): .text(text)
    }
  }

  private func evaluate(
    _ expressions: [Expression], _ scope: TemplateScope
  ) throws(MartletError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    values.reserveCapacity(expressions.count)
    for expression in expressions { values.append(try evaluate(expression, scope)) }
    return values
  }

  private func dictionary(
    _ members: [(key: Expression, value: Expression)], _ scope: TemplateScope
  ) throws(MartletError) -> TemplateValue {
    var pairs: [(key: TemplateValue, value: TemplateValue)] = []
    for (key, value) in members {
      let key = try evaluate(key, scope)
      pairs.append((key, try evaluate(value, scope)))
    }
    return .dictionary(try TemplateDictionary(pairs))
  }

  /// The first value that is as true as wanted, or the last.
  private func firstWhere(
    _ wanted: Bool, _ operands: [Expression], _ scope: TemplateScope
  ) throws(MartletError) -> TemplateValue {
    var value = TemplateValue.none
    for operand in operands {
      value = try evaluate(operand, scope)
      if value.isTrue == wanted { break }
    }
    return value
  }

  private func compare(
    _ first: Expression, _ rest: [(Comparison, Expression)], _ line: Int, _ scope: TemplateScope
  ) throws(MartletError) -> TemplateValue {
    var left = try evaluate(first, scope)
    for (comparison, operand) in rest {
      let right = try evaluate(operand, scope)
      self.line = line
      if !(try TemplateComparison.holds(comparison, left, right, meter)) { return .bool(false) }
      left = right
    }
    return .bool(true)
  }

  private func compute(
    _ first: Expression, _ rest: [(Arithmetic, Expression)], _ line: Int, _ scope: TemplateScope
  ) throws(MartletError) -> TemplateValue {
    var value = try evaluate(first, scope)
    for (operation, operand) in rest {
      let right = try evaluate(operand, scope)
      self.line = line
      value = try TemplateArithmetic.compute(operation, value, right, self)
    }
    return value
  }

  private func concatenate(
    _ operands: [Expression], _ scope: TemplateScope
  ) throws(MartletError) -> TemplateValue {
    var builder = TextBuilder(meter)
    for operand in operands { try builder.append(try shown(try evaluate(operand, scope))) }
    return .text(builder.text)
  }

  /// What a value prints.
  func shown(_ value: TemplateValue) throws(MartletError) -> TracedText {
    if case .text(let text) = value { return text }
    return try PythonText.string(of: value, meter)
  }

  // MARK: What follows a value

  func apply(
    _ operations: [Postfix], to value: TemplateValue, _ scope: TemplateScope
  ) throws(MartletError) -> TemplateValue {
    var value = value
    for operation in operations {
      try meter.step()
      line = operation.line
      value = try apply(operation, to: value, scope)
    }
    return value
  }

  private func apply(
    _ operation: Postfix, to value: TemplateValue, _ scope: TemplateScope
  ) throws(MartletError) -> TemplateValue {
    switch operation.kind {
    case .attribute(let name): return try TemplateMembers.attribute(name, of: value)
    case .item(let key):
      let key = try evaluate(key, scope)
      line = operation.line
      return try TemplateMembers.item(key, of: value, meter)
    case .slice(let start, let stop, let step):
      return try slice(value, start, stop, step, scope)
    case .call(let arguments):
      let arguments = try evaluate(arguments, scope)
      line = operation.line
      return try call(value, arguments)
    case .filter(let name, let arguments):
      let arguments = try evaluate(arguments, scope)
      line = operation.line
      return try TemplateFilters.apply(name, to: value, arguments, self)
    case .test(let name, let arguments, let isNegated):
      let arguments = try evaluate(arguments, scope)
      line = operation.line
      return .bool(try TemplateTests.holds(name, value, arguments, self) != isNegated)
    }
  }

  private func slice(
    _ value: TemplateValue, _ start: Expression?, _ stop: Expression?, _ step: Expression?,
    _ scope: TemplateScope
  ) throws(MartletError) -> TemplateValue {
    let start = try start.map { (part) throws(MartletError) in try evaluate(part, scope) }
    let stop = try stop.map { (part) throws(MartletError) in try evaluate(part, scope) }
    let step = try step.map { (part) throws(MartletError) in try evaluate(part, scope) }
    return try TemplateMembers.slice(value, start, stop, step, meter)
  }

  func evaluate(_ arguments: Arguments, _ scope: TemplateScope) throws(MartletError) -> CallArguments {
    var result = CallArguments(positional: try evaluate(arguments.positional, scope))
    for (name, value) in arguments.keywords {
      result.keywords.append((TracedText(name), try evaluate(value, scope)))
    }
    if let more = arguments.more {
      let value = try evaluate(more, scope)
      guard let elements = try Self.elements(value, meter) else {
        throw MartletError("what follows * in a call must be iterable, not \(value.typeName)")
      }
      result.positional += elements
    }
    if let more = arguments.moreKeywords {
      let value = try evaluate(more, scope)
      guard case .dictionary(let dictionary) = value else {
        throw MartletError("what follows ** in a call must be a dictionary, not \(value.typeName)")
      }
      try meter.step(dictionary.count)
      for (key, value) in zip(dictionary.keys, dictionary.values) {
        guard let key = key.text else { throw MartletError("the keys after ** in a call must be strings") }
        if result.keywords.contains(where: { $0.name == key }) {
          throw MartletError("the argument \"\(PrintableName.make(key.string))\" is given twice")
        }
        result.keywords.append((key, value))
      }
    }
    return result
  }
}
