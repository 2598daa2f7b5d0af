/// `map`, `select` and their like: filters and tests on each element.
enum SelectionFilters {
  static func map(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    var results: [TemplateValue] = []
    if arguments.positional.isEmpty, arguments.keywords.contains(where: { $0.name.string == "attribute" }) {
      let bound = try CallArguments(keywords: arguments.keywords).bound(to: ["attribute", "default"], "map")
      guard var path = try AttributePath(bound[0]) else {
        throw MartletError("map requires a filter argument")
      }
      if let standard = bound[1], !isNone(standard) { path.standard = standard }
      for element in try TemplateFilters.elements(value, renderer) {
        results.append(try path.value(in: element, renderer))
      }
    } else {
      guard let name = arguments.positional.first?.text?.string else {
        throw MartletError("map requires a filter argument")
      }
      let rest = CallArguments(
        positional: Array(arguments.positional.dropFirst()), keywords: arguments.keywords)
      for element in try TemplateFilters.elements(value, renderer) {
        results.append(try TemplateFilters.apply(name, to: element, rest, renderer))
      }
    }
    return .object(try IteratorObject(results))
  }

  private static func isNone(_ value: TemplateValue) -> Bool {
    if case .none = value { return true }
    return false
  }

  static func select(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    try chosen(value, arguments, hasAttribute: false, keeping: true, renderer)
  }

  static func reject(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    try chosen(value, arguments, hasAttribute: false, keeping: false, renderer)
  }

  static func selectAttribute(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    try chosen(value, arguments, hasAttribute: true, keeping: true, renderer)
  }

  static func rejectAttribute(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    try chosen(value, arguments, hasAttribute: true, keeping: false, renderer)
  }

  /// The elements for which a test holds, or does not; truth itself when none is named.
  private static func chosen(
    _ value: TemplateValue, _ arguments: CallArguments, hasAttribute: Bool, keeping: Bool,
    _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    var positional = arguments.positional[...]
    var path: AttributePath?
    if hasAttribute {
      path = try AttributePath(positional.popFirst())
      if path == nil { throw MartletError("Missing parameter for attribute name") }
    }
    let name = positional.popFirst()
    guard name == nil || name?.text != nil else { throw MartletError("a test's name must be a string") }
    let rest = CallArguments(positional: Array(positional), keywords: arguments.keywords)
    var kept: [TemplateValue] = []
    for element in try TemplateFilters.elements(value, renderer) {
      let tested = try path?.value(in: element, renderer) ?? element
      let holds =
        if let name = name?.text {
          try TemplateTests.holds(name.string, tested, rest, renderer)
        } else {
          tested.isTrue
        }
      if holds == keeping { kept.append(element) }
    }
    return .object(try IteratorObject(kept))
  }
}
