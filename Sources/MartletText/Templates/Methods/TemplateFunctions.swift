/// The functions that every template has.
enum TemplateFunctions {
  /// The most numbers of a range, as in the sandbox of Jinja2.
  static let longestRange = 100_000

  static func call(
    _ function: FunctionObject.Function, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let meter = renderer.meter
    switch function {
    case .raiseException:
      let bound = try arguments.bound(to: ["message"], needed: 1, function.rawValue)
      throw MartletError(try PythonText.string(of: bound[0] ?? .none, meter).string)
    case .strftimeNow:
      let bound = try arguments.bound(to: ["format"], needed: 1, function.rawValue)
      let format = try bound.text(0)
      try meter.text(32 * format.count, longest: 32 * format.count)
      return .text(
        TracedText(renderer.time.formatted(format.string), origin: format.runs.first?.origin ?? []))
    case .range: return try range(arguments, meter)
    case .namespace:
      try meter.step(8)
      let namespace = NamespaceObject()
      renderer.arena.hold(namespace)
      let members = try dictionary(arguments, renderer)
      for (key, value) in zip(members.keys, members.values) {
        guard let name = key.text else {
          throw MartletError("a namespace's attributes need names that are strings")
        }
        namespace.set(try NamespaceObject.checked(name), value)
      }
      return .object(namespace)
    case .dict: return .dictionary(try dictionary(arguments, renderer))
    case .joiner:
      let bound = try arguments.bound(to: ["sep"], function.rawValue)
      return .object(try JoinerObject(bound[0] ?? .text(", ")))
    case .cycler:
      if arguments.positional.isEmpty || !arguments.keywords.isEmpty {
        throw MartletError("a cycler needs at least one item, and no keyword arguments")
      }
      return .object(try CyclerObject(arguments.positional))
    }
  }

  private static func range(
    _ arguments: CallArguments, _ meter: TemplateMeter
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["start", "stop", "step"], needed: 1, "range")
    if !arguments.keywords.isEmpty { throw MartletError("range takes no keyword arguments") }
    let isShort = bound[1] == nil
    let start = isShort ? 0 : try bound.int(0, 0)
    let stop = isShort ? try bound.int(0, 0) : try bound.int(1, 0)
    let step = try bound.int(2, 1)
    if step == 0 { throw MartletError("range() arg 3 must not be zero") }
    let (distance, overflow) = stop.subtractingReportingOverflow(start)
    var count = 0
    if step > 0 ? stop > start : stop < start {
      // The last number is the farthest that is not beyond the end.
      let magnitude = overflow ? UInt.max : distance.magnitude
      count = Int(clamping: (magnitude - 1) / step.magnitude + 1)
    }
    guard count <= longestRange else {
      throw MartletError("the range is too big: more than \(longestRange) numbers")
    }
    try meter.step(count)
    let shown = step == 1 ? "range(\(start), \(stop))" : "range(\(start), \(stop), \(step))"
    return .object(try ViewObject((0..<count).map { .integer(start + $0 * step) }, .range(shown)))
  }

  private static func dictionary(
    _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateDictionary {
    if arguments.positional.count > 1 {
      throw MartletError("dict expected at most 1 argument, got \(arguments.positional.count)")
    }
    var members: [(key: TemplateValue, value: TemplateValue)] = []
    switch arguments.positional.first {
    case nil: break
    case .dictionary(let dictionary)?:
      try renderer.meter.step(dictionary.count)
      for (key, value) in zip(dictionary.keys, dictionary.values) { members.append((key, value)) }
    case let value?:
      guard let elements = try TemplateRenderer.elements(value, renderer.meter) else {
        throw MartletError("'\(value.typeName)' object is not iterable")
      }
      for element in elements {
        guard let pair = try TemplateRenderer.elements(element, renderer.meter), pair.count == 2 else {
          throw MartletError("dict needs a dictionary or pairs of a key and a value")
        }
        members.append((pair[0], pair[1]))
      }
    }
    for (name, value) in arguments.keywords { members.append((.text(name), value)) }
    return try TemplateDictionary(members)
  }

  /// `dict.fromkeys(keys, value)`
  static func dictionaryFromKeys(
    _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["iterable", "value"], needed: 1, "fromkeys")
    guard let keys = try TemplateRenderer.elements(bound[0] ?? .none, renderer.meter) else {
      throw MartletError("fromkeys needs an iterable")
    }
    return .dictionary(try TemplateDictionary(keys.map { ($0, bound[1] ?? .none) }))
  }
}
