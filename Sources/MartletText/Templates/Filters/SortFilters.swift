/// Filters that compare elements.
enum SortFilters {
  /// What an element is compared by: texts without regard to case, unless it is asked for.
  private static func key(
    _ element: TemplateValue, _ paths: [AttributePath], caseSensitive: Bool, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    var keys: [TemplateValue] = []
    for path in paths {
      keys.append(try folded(try path.value(in: element, renderer), caseSensitive, renderer.meter))
    }
    if keys.isEmpty { return try folded(element, caseSensitive, renderer.meter) }
    return keys.count == 1 ? keys[0] : .list(try TemplateList(keys))
  }

  private static func folded(
    _ value: TemplateValue, _ caseSensitive: Bool, _ meter: TemplateMeter
  ) throws(MartletError) -> TemplateValue {
    guard !caseSensitive, case .text(let text) = value else { return value }
    return .text(try text.lowercased(meter))
  }

  static func sort(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["reverse", "case_sensitive", "attribute"], "sort")
    let elements = try TemplateFilters.elements(value, renderer)
    let paths = try AttributePath.several(bound[2])
    let keys = try keys(elements, paths, caseSensitive: bound.flag(1, false), renderer)
    let order = try TemplateComparison.sorted(keys, descending: bound.flag(0, false), renderer.meter)
    return .list(try TemplateList(order.map { elements[$0] }))
  }

  private static func keys(
    _ elements: [TemplateValue], _ paths: [AttributePath], caseSensitive: Bool, _ renderer: TemplateRenderer
  ) throws(MartletError) -> [TemplateValue] {
    var keys: [TemplateValue] = []
    for element in elements {
      keys.append(try key(element, paths, caseSensitive: caseSensitive, renderer))
    }
    return keys
  }

  static func dictionary(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["case_sensitive", "by", "reverse"], "dictsort")
    guard case .dictionary(let dictionary) = value else {
      throw MartletError("dictsort needs a dictionary, not \(value.typeName)")
    }
    let by = try bound.text(1, TracedText("key")).string
    guard by == "key" || by == "value" else {
      throw MartletError("You can only sort by either \"key\" or \"value\"")
    }
    let items = try TemplateMethods.items(dictionary)
    let sorted = by == "key" ? dictionary.keys : dictionary.values
    let keys = try keys(sorted, [], caseSensitive: bound.flag(0, false), renderer)
    let order = try TemplateComparison.sorted(keys, descending: bound.flag(2, false), renderer.meter)
    return .list(try TemplateList(order.map { items[$0] }))
  }

  static func smallest(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    try extreme(value, arguments, "min", isBetter: { $0 < 0 }, renderer)
  }

  static func largest(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    try extreme(value, arguments, "max", isBetter: { $0 > 0 }, renderer)
  }

  private static func extreme(
    _ value: TemplateValue, _ arguments: CallArguments, _ name: String, isBetter: (Int) -> Bool,
    _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["case_sensitive", "attribute"], name)
    let elements = try TemplateFilters.elements(value, renderer)
    if elements.isEmpty { return .undefined(UndefinedValue("No aggregated item, sequence was empty.")) }
    let path = try AttributePath(bound[1]).map { [$0] } ?? []
    let keys = try keys(elements, path, caseSensitive: bound.flag(0, false), renderer)
    var best = 0
    for place in keys.indices.dropFirst() {
      // The first of equal ones stays.
      if let order = try TemplateComparison.ordered(keys[place], keys[best], renderer.meter), isBetter(order)
      {
        best = place
      }
    }
    return elements[best]
  }

  static func unique(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["case_sensitive", "attribute"], "unique")
    let elements = try TemplateFilters.elements(value, renderer)
    let path = try AttributePath(bound[1]).map { [$0] } ?? []
    let keys = try keys(elements, path, caseSensitive: bound.flag(0, false), renderer)
    var seen: Set<TemplateDictionary.Key> = []
    var kept: [TemplateValue] = []
    for (key, element) in zip(keys, elements)
    where seen.insert(try TemplateDictionary.key(key)).inserted { kept.append(element) }
    return .object(try IteratorObject(kept))
  }

  /// Tuples of a value and the elements that have it, in the order of the values.
  static func group(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["attribute", "default", "case_sensitive"], needed: 1, "groupby")
    guard var path = try AttributePath(bound[0]) else { throw MartletError("groupby needs an attribute") }
    if let standard = bound[1] { path.standard = standard }
    let elements = try TemplateFilters.elements(value, renderer)
    let keys = try keys(elements, [path], caseSensitive: bound.flag(2, false), renderer)
    let order = try TemplateComparison.sorted(keys, descending: false, renderer.meter)
    var groups: [TemplateValue] = []
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count,
        try TemplateComparison.equal(keys[order[start]], keys[order[end]], renderer.meter)
      {
        end += 1
      }
      let members = order[start..<end].map { elements[$0] }
      // The value as the first of them has it, in its own case.
      let shown = try path.value(in: members[0], renderer)
      groups.append(
        .tuple(
          try TemplateList([shown, .list(try TemplateList(members))], names: ["grouper", "list"])))
      start = end
    }
    return .list(try TemplateList(groups))
  }
}
