/// The methods of strings, lists, tuples, dictionaries and numbers that do not change them, as Python has them.
enum TemplateMethods {
  static let ofText: Set<String> = [
    "capitalize", "casefold", "center", "count", "endswith", "expandtabs", "find", "format", "format_map",
    "index",
    "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
    "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "partition",
    "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip",
    "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper", "zfill",
  ]
  /// Those of Python that are refused when called.
  static let unsupportedOfText: Set<String> = ["encode", "maketrans", "translate"]
  private static let ofList: Set<String> = ["copy", "count", "index"]
  private static let changingLists: Set<String> = [
    "append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove",
  ]
  private static let ofDictionary: Set<String> = ["copy", "fromkeys", "get", "items", "keys", "values"]
  private static let changingDictionaries: Set<String> = ["clear", "pop", "popitem", "setdefault", "update"]

  /// Whether a method would change its value, or reaches into Python: the sandbox of `transformers` refuses those.
  static func unsafe(_ name: String, of value: TemplateValue) -> Bool {
    if name.hasPrefix("__") { return true }
    switch value {
    case .list: return changingLists.contains(name)
    case .dictionary: return changingDictionaries.contains(name)
    default: return false
    }
  }

  static func has(_ name: String, _ value: TemplateValue) -> Bool {
    switch value {
    case .text: ofText.contains(name) || unsupportedOfText.contains(name)
    case .list: ofList.contains(name)
    case .tuple: name == "count" || name == "index"
    case .dictionary: ofDictionary.contains(name)
    case .number, .integer, .bool: name == "is_integer"
    case .object(let object):
      switch object {
      case is LoopObject: name == "cycle" || name == "changed"
      case is CyclerObject: name == "next" || name == "reset"
      case let function as FunctionObject: function.function == .dict && name == "fromkeys"
      default: false
      }
    default: false
    }
  }

  static func call(
    _ method: MethodObject, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let name = method.name
    switch method.owner {
    case .text(let text): return try TextMethods.call(name, text, arguments, renderer)
    case .list(let list), .tuple(let list): return try call(name, list, arguments, renderer)
    case .dictionary(let dictionary): return try call(name, dictionary, arguments, renderer)
    case .number(let value):
      _ = try arguments.bound(to: [], name)
      return .bool(value.isFinite && value == value.rounded())
    case .integer, .bool:
      _ = try arguments.bound(to: [], name)
      return .bool(true)
    case .object(let object): return try call(name, object, arguments, renderer)
    default: throw MartletError("the method \(name) cannot be called")
    }
  }

  private static func call(
    _ name: String, _ list: TemplateList, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    if name == "copy" {
      _ = try arguments.bound(to: [], name)
      return .list(list)
    }
    let bound = try arguments.bound(to: ["value", "start", "stop"], needed: 1, name)
    let range = TemplateMembers.places(
      try bound.optionalInt(1), try bound.optionalInt(2), 1, count: list.elements.count)
    var count = 0
    for place in range.start..<range.start + range.count
    where try TemplateComparison.equal(list.elements[place], bound[0] ?? .none, renderer.meter) {
      if name == "index" { return .integer(place) }
      count += 1
    }
    if name == "index" { throw MartletError("the value is not in the list") }
    return .integer(count)
  }

  private static func call(
    _ name: String, _ dictionary: TemplateDictionary, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    switch name {
    case "get":
      let bound = try arguments.bound(to: ["key", "default"], needed: 1, name)
      return try dictionary.value(bound[0] ?? .none) ?? bound[1] ?? .none
    case "fromkeys": return try TemplateFunctions.dictionaryFromKeys(arguments, renderer)
    default: _ = try arguments.bound(to: [], name)
    }
    try renderer.meter.step(dictionary.count)
    switch name {
    case "keys": return .object(try ViewObject(dictionary.keys, .keys))
    case "values": return .object(try ViewObject(dictionary.values, .values))
    case "items": return .object(try ViewObject(try items(dictionary), .items))
    default: return .dictionary(dictionary)
    }
  }

  /// The keys and values of a dictionary in pairs.
  static func items(_ dictionary: TemplateDictionary) throws(MartletError) -> [TemplateValue] {
    var items: [TemplateValue] = []
    for (key, value) in zip(dictionary.keys, dictionary.values) {
      items.append(.tuple(try TemplateList([key, value])))
    }
    return items
  }

  private static func call(
    _ name: String, _ object: TemplateObject, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    switch object {
    case let loop as LoopObject:
      if !arguments.keywords.isEmpty { throw MartletError("loop.\(name) takes no keyword arguments") }
      let values = arguments.positional
      if name == "changed" {
        renderer.arena.hold(loop)
        return .bool(try loop.changed(values, renderer.meter))
      }
      if values.isEmpty { throw MartletError("no items for cycling given") }
      return values[loop.turn % values.count]
    case let cycler as CyclerObject:
      _ = try arguments.bound(to: [], name)
      if name == "next" { return cycler.next() }
      cycler.reset()
      return .none
    default: return try TemplateFunctions.dictionaryFromKeys(arguments, renderer)
    }
  }
}
