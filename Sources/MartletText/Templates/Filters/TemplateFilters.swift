/// The filters of templates: `value | name(arguments)`.
///
/// Source: Jinja2 3.1, filters.py, with the `tojson` of `transformers`.
enum TemplateFilters {
  typealias Filter =
    @Sendable (TemplateValue, CallArguments, TemplateRenderer) throws(MartletError) -> TemplateValue

  private static let all: [String: Filter] = [
    "abs": NumberFilters.absolute, "attr": attribute, "batch": SequenceFilters.batch,
    "capitalize": TextFilters.capitalize, "center": TextFilters.center, "count": SequenceFilters.length,
    "d": standard, "default": standard, "dictsort": SortFilters.dictionary, "e": TextFilters.escape,
    "escape": TextFilters.escape, "filesizeformat": NumberFilters.fileSize, "first": SequenceFilters.first,
    "float": NumberFilters.float, "forceescape": TextFilters.escape, "format": TextFilters.format,
    "groupby": SortFilters.group, "indent": TextFilters.indent, "int": NumberFilters.int,
    "items": SequenceFilters.items, "join": SequenceFilters.join, "last": SequenceFilters.last,
    "length": SequenceFilters.length, "list": SequenceFilters.list, "lower": TextFilters.lower,
    "map": SelectionFilters.map, "max": SortFilters.largest, "min": SortFilters.smallest,
    "reject": SelectionFilters.reject, "rejectattr": SelectionFilters.rejectAttribute,
    "replace": TextFilters.replace, "reverse": SequenceFilters.reverse, "round": NumberFilters.round,
    "safe": TextFilters.string, "select": SelectionFilters.select,
    "selectattr": SelectionFilters.selectAttribute, "slice": SequenceFilters.slice, "sort": SortFilters.sort,
    "string": TextFilters.string, "sum": SequenceFilters.sum, "title": TextFilters.title,
    "tojson": TextFilters.json, "trim": TextFilters.trim, "truncate": TextFilters.truncate,
    "unique": SortFilters.unique, "upper": TextFilters.upper, "urlencode": TextFilters.urlEncode,
    "wordcount": TextFilters.countWords,
  ]

  /// Filters of Jinja2 that no template of a model has use for.
  private static let unsupported: Set<String> = [
    "pprint", "random", "striptags", "urlize", "wordwrap", "xmlattr",
  ]

  /// Whether there is a filter of a name.
  static func has(_ name: String) -> Bool { all[name] != nil || unsupported.contains(name) }

  static func apply(
    _ name: String, to value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    try renderer.meter.step()
    guard let filter = all[name] else {
      let shown = PrintableName.make(name)
      throw MartletError(
        unsupported.contains(name) ? "the filter '\(shown)' is not supported" : "No filter named '\(shown)'.")
    }
    // Filters such as map apply others.
    try renderer.meter.enter()
    defer { renderer.meter.leave() }
    return try filter(value, arguments, renderer)
  }

  private static func attribute(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["name"], needed: 1, "attr")
    let name = try bound.text(0).string
    // Only an attribute or method of the value itself; elements of dictionaries are none.
    if case .dictionary = value, !TemplateMethods.has(name, value) {
      return UndefinedValue.member(name, of: value)
    }
    return try TemplateMembers.attribute(name, of: value)
  }

  private static func standard(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["default_value", "boolean"], "default")
    let isMissing = value.isUndefined || (bound.flag(1, false) && !value.isTrue)
    return isMissing ? bound[0] ?? .text("") : value
  }

  /// The elements of a filter's value.
  static func elements(
    _ value: TemplateValue, _ renderer: TemplateRenderer
  ) throws(MartletError) -> [TemplateValue] {
    guard let elements = try TemplateRenderer.elements(value, renderer.meter) else {
      throw MartletError("'\(value.typeName)' object is not iterable")
    }
    return elements
  }
}
