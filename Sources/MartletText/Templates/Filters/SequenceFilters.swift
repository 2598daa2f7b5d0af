/// Filters of what has elements.
enum SequenceFilters {
  static func length(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "length")
    switch value {
    case .undefined: return .integer(0)
    case .text(let text):
      try renderer.meter.step(1 + text.count / 64)
      return .integer(text.length)
    case .list(let list), .tuple(let list): return .integer(list.elements.count)
    case .dictionary(let dictionary): return .integer(dictionary.count)
    case .object(let object):
      if let length = object.length { return .integer(length) }
    default: break
    }
    throw MartletError("object of type '\(value.typeName)' has no len()")
  }

  static func list(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "list")
    return .list(try TemplateList(try TemplateFilters.elements(value, renderer)))
  }

  static func items(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "items")
    switch value {
    case .undefined: return .object(try IteratorObject([]))
    case .dictionary(let dictionary):
      try renderer.meter.step(dictionary.count)
      return .object(try IteratorObject(try TemplateMethods.items(dictionary)))
    default: throw MartletError("Can only get item pairs from a mapping.")
    }
  }

  static func first(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "first")
    // Of what gives its elements one by one only the first is taken.
    if case .object(let iterator as IteratorObject) = value, let next = iterator.next() { return next }
    return try TemplateFilters.elements(value, renderer).first
      ?? .undefined(UndefinedValue("No first item, sequence was empty."))
  }

  static func last(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "last")
    if case .object(let object as IteratorObject) = value {
      throw MartletError("'\(object.typeName)' object is not reversible")
    }
    return try TemplateFilters.elements(value, renderer).last
      ?? .undefined(UndefinedValue("No last item, sequence was empty."))
  }

  static func reverse(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "reverse")
    guard case .text(let text) = value else {
      let elements = Array(try TemplateFilters.elements(value, renderer).reversed())
      if case .object(is IteratorObject) = value { return .list(try TemplateList(elements)) }
      return .object(try IteratorObject(elements, name: "list_reverseiterator"))
    }
    try renderer.meter.step(4 * text.count)
    var builder = TextBuilder(renderer.meter)
    for scalar in text.scalars.reversed() { try builder.append(text, scalar.range) }
    return .text(builder.text)
  }

  static func join(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["d", "attribute"], "join")
    let separator = try renderer.shown(bound[0] ?? .text(""))
    let path = try AttributePath(bound[1])
    var builder = TextBuilder(renderer.meter)
    for (place, element) in try TemplateFilters.elements(value, renderer).enumerated() {
      if place > 0 { try builder.append(separator) }
      try builder.append(try renderer.shown(try path?.value(in: element, renderer) ?? element))
    }
    return .text(builder.text)
  }

  static func sum(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["attribute", "start"], "sum")
    let path = try AttributePath(bound[0])
    var sum = bound[1] ?? .integer(0)
    if case .text = sum { throw MartletError("sum() can't sum strings [use ''.join(seq) instead]") }
    for element in try TemplateFilters.elements(value, renderer) {
      let part = try path?.value(in: element, renderer) ?? element
      sum = try TemplateArithmetic.compute(.add, sum, part, renderer)
    }
    return sum
  }

  /// Lists of so many elements, the last one filled up.
  static func batch(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["linecount", "fill_with"], needed: 1, "batch")
    let size = try bound.int(0, 1)
    var batches: [TemplateValue] = []
    var current: [TemplateValue] = []
    for element in try TemplateFilters.elements(value, renderer) {
      if current.count == size {
        batches.append(.list(try TemplateList(current)))
        current = []
      }
      current.append(element)
    }
    if !current.isEmpty {
      if let fill = filling(bound[1]), current.count < size {
        try renderer.meter.step(size - current.count)
        current += Array(repeating: fill, count: size - current.count)
      }
      batches.append(.list(try TemplateList(current)))
    }
    return .object(try IteratorObject(batches))
  }

  /// So many lists, of nearly the same length.
  static func slice(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["slices", "fill_with"], needed: 1, "slice")
    let count = try bound.int(0, 1)
    if count == 0 { throw MartletError("integer division or modulo by zero") }
    let elements = try TemplateFilters.elements(value, renderer)
    try renderer.meter.step(max(count, 0))
    var lists: [TemplateValue] = []
    var start = 0
    for number in 0..<max(count, 0) {
      let isLonger = number < elements.count % count
      let end = start + elements.count / count + (isLonger ? 1 : 0)
      var list = Array(elements[start..<end])
      if let fill = filling(bound[1]), !isLonger { list.append(fill) }
      lists.append(.list(try TemplateList(list)))
      start = end
    }
    return .object(try IteratorObject(lists))
  }

  private static func filling(_ value: TemplateValue?) -> TemplateValue? {
    if case TemplateValue.none? = value { return nil }
    return value
  }
}
