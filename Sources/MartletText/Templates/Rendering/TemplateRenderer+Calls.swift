extension TemplateRenderer {
  /// Evaluates an expression that ends with a call, and gives that call a `caller`.
  func call(
    _ function: Expression, _ scope: TemplateScope, caller: TemplateValue
  ) throws(MartletError) -> TemplateValue {
    guard case .postfix(let base, let operations) = function, let last = operations.last,
      case .call(let arguments) = last.kind
    else { throw MartletError("a call block needs a call") }
    let target = try apply(Array(operations.dropLast()), to: try evaluate(base, scope), scope)
    var values = try evaluate(arguments, scope)
    if values.keywords.contains(where: { $0.name.bytes.elementsEqual("caller".utf8) }) {
      throw MartletError("the argument \"caller\" is given twice")
    }
    values.keywords.append((TracedText("caller"), caller))
    line = last.line
    return try call(target, values)
  }

  /// Calls a value.
  func call(_ function: TemplateValue, _ arguments: CallArguments) throws(MartletError) -> TemplateValue {
    try meter.enter()
    defer { meter.leave() }
    switch function {
    case .undefined(let value): throw MartletError(value.message)
    case .object(let object): return try call(object, arguments)
    default: throw MartletError("'\(function.typeName)' object is not callable")
    }
  }

  private func call(_ object: TemplateObject, _ arguments: CallArguments) throws(MartletError)
    -> TemplateValue
  {
    switch object {
    case let macro as MacroObject: return .text(try call(macro, arguments))
    case let method as MethodObject: return try TemplateMethods.call(method, arguments, self)
    case let function as FunctionObject: return try TemplateFunctions.call(function.function, arguments, self)
    case let loop as LoopObject: return .text(try recurse(loop, arguments))
    case let joiner as JoinerObject:
      _ = try arguments.bound(to: [], "a joiner")
      return joiner.next()
    default: throw MartletError("'\(object.typeName)' object is not callable")
    }
  }

  private func recurse(_ position: LoopObject, _ arguments: CallArguments) throws(MartletError) -> TracedText
  {
    guard let (loop, scope) = position.recursion else {
      throw MartletError("the loop must have the 'recursive' marker to be called recursively")
    }
    let bound = try arguments.bound(to: ["iterable"], needed: 1, "loop")
    var output = TextBuilder(meter)
    let before = line
    try run(loop, over: bound[0] ?? .none, depth0: position.level, scope, &output)
    line = before
    return output.text
  }

  private func call(_ object: MacroObject, _ arguments: CallArguments) throws(MartletError) -> TracedText {
    let before = line
    let scope = TemplateScope(object.scope)
    try bind(arguments, of: object.macro, scope)
    var output = TextBuilder(meter)
    _ = try run(object.macro.body, scope, &output)
    line = before
    return output.text
  }

  /// Sets the names of a macro's parameters.
  private func bind(
    _ arguments: CallArguments, of macro: MacroDefinition, _ scope: TemplateScope
  ) throws(MartletError) {
    let name = PrintableName.make(macro.name)
    var keywords = arguments.keywords
    func take(_ wanted: String) -> TemplateValue? {
      keywords.firstIndex { $0.name.bytes.elementsEqual(wanted.utf8) }.map { keywords.remove(at: $0).value }
    }
    var given: [TemplateValue?] = []
    for (place, parameter) in macro.parameters.enumerated() {
      given.append(place < arguments.positional.count ? arguments.positional[place] : take(parameter.name))
    }
    if macro.takesCaller, !macro.parameters.contains(where: { $0.name == "caller" }) {
      scope.set("caller", take("caller") ?? .undefined(UndefinedValue("No caller defined")))
    }
    if macro.takesKeywords {
      var members: [(key: TemplateValue, value: TemplateValue)] = []
      for (name, value) in keywords { members.append((.text(name), value)) }
      scope.set("kwargs", .dictionary(try TemplateDictionary(members)))
    } else if let (keyword, _) = keywords.first {
      throw MartletError(
        "macro '\(name)' takes no keyword argument '\(PrintableName.make(keyword.string))'")
    }
    let more = arguments.positional.dropFirst(macro.parameters.count)
    if macro.takesMore {
      scope.set("varargs", .tuple(try TemplateList(Array(more))))
    } else if !more.isEmpty {
      throw MartletError("macro '\(name)' takes not more than \(macro.parameters.count) argument(s)")
    }
    for (parameter, value) in zip(macro.parameters, given) {
      if let value {
        scope.set(parameter.name, value)
      } else if let standard = parameter.standard {
        scope.set(parameter.name, try evaluate(standard, scope))
      } else {
        scope.set(
          parameter.name, .undefined(UndefinedValue("parameter '\(parameter.name)' was not provided")))
      }
    }
  }
}
