/// The methods of Python's `str`.
enum TextMethods {
  static func call(
    _ name: String, _ text: TracedText, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let meter = renderer.meter
    try meter.step(1 + text.count / 16)
    switch name {
    case "format": return .text(try BraceFormat.make(text, arguments, meter))
    case "format_map": return .text(try formatMap(text, arguments, meter))
    case "join":
      let bound = try arguments.bound(to: ["iterable"], needed: 1, name)
      return .text(try join(bound[0] ?? .none, by: text, meter))
    case "split", "rsplit":
      let bound = try arguments.bound(to: ["sep", "maxsplit"], name)
      let limit = try bound.int(1, -1)
      return .list(
        try TextSplitting.split(
          text, by: try bound.optionalText(0), limit: limit, fromEnd: name == "rsplit", meter))
    case "splitlines":
      let bound = try arguments.bound(to: ["keepends"], name)
      return .list(try TextSplitting.lines(text, keepingEnds: bound.flag(0, false), meter))
    case "partition", "rpartition":
      let bound = try arguments.bound(to: ["sep"], needed: 1, name)
      return .tuple(try TextSplitting.partition(text, by: try bound.text(0), fromEnd: name == "rpartition"))
    case "strip", "lstrip", "rstrip":
      let bound = try arguments.bound(to: ["chars"], name)
      return .text(
        text.stripped(try bound.optionalText(0), start: name != "rstrip", end: name != "lstrip"))
    case "replace":
      let bound = try arguments.bound(to: ["old", "new", "count"], needed: 2, name)
      return .text(
        try text.replacing(try bound.text(0), with: try bound.text(1), count: try bound.int(2, -1), meter))
    case "startswith", "endswith", "count", "find", "rfind", "index", "rindex":
      return try search(name, text, arguments)
    case "removeprefix", "removesuffix":
      return .text(remove(name, text, try arguments.bound(to: ["affix"], needed: 1, name).text(0)))
    case "center", "ljust", "rjust", "zfill", "expandtabs":
      return .text(try pad(name, text, arguments, meter))
    case "capitalize", "casefold", "lower", "swapcase", "title", "upper":
      _ = try arguments.bound(to: [], name)
      return .text(try changeCase(name, text, meter))
    default:
      guard name.hasPrefix("is") else { throw MartletError("the method \(name) of strings is not supported") }
      _ = try arguments.bound(to: [], name)
      return .bool(TextClasses.holds(name, text))
    }
  }

  private static func formatMap(
    _ text: TracedText, _ arguments: CallArguments, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    let bound = try arguments.bound(to: ["mapping"], needed: 1, "format_map")
    guard case .dictionary(let dictionary)? = bound[0] else {
      throw MartletError("format_map needs a dictionary")
    }
    var values = CallArguments()
    for (key, value) in zip(dictionary.keys, dictionary.values) {
      if let name = key.text { values.keywords.append((name, value)) }
    }
    return try BraceFormat.make(text, values, meter)
  }

  private static func join(
    _ value: TemplateValue, by separator: TracedText, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    if case .undefined = value { return .empty }
    guard let elements = try TemplateRenderer.elements(value, meter) else {
      throw MartletError("can only join an iterable, not \(value.typeName)")
    }
    var builder = TextBuilder(meter)
    for (place, element) in elements.enumerated() {
      guard let part = element.text else {
        throw MartletError("sequence item \(place): expected str instance, \(element.typeName) found")
      }
      if place > 0 { try builder.append(separator) }
      try builder.append(part)
    }
    return builder.text
  }

  // MARK: Searching

  private static func search(
    _ name: String, _ text: TracedText, _ arguments: CallArguments
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["sub", "start", "end"], needed: 1, name)
    let (start, end) = (try bound.optionalInt(1), try bound.optionalInt(2))
    var range: Range<Int>? = 0..<text.count
    if start != nil || end != nil { range = characters(text, start, end) }
    if name == "startswith" || name == "endswith" {
      return .bool(try affix(name, text, range, bound))
    }
    let part = try bound.text(0).bytes
    if name == "count" {
      guard let range else { return .integer(0) }
      return .integer(count(part, in: text, range))
    }
    let found = range.flatMap { range in
      name.hasPrefix("r")
        ? TextSearch.last(part, in: text.bytes, from: range.lowerBound, to: range.upperBound)
        : TextSearch.first(part, in: text.bytes, from: range.lowerBound, to: range.upperBound)
    }
    if let found { return .integer(text.character(atOffset: found)) }
    if name.hasSuffix("index") { throw MartletError("substring not found") }
    return .integer(-1)
  }

  /// The bytes between two numbers of characters; nil when the first is beyond the end.
  private static func characters(_ text: TracedText, _ start: Int?, _ end: Int?) -> Range<Int>? {
    let length = text.length
    func clipped(_ place: Int) -> Int { place < 0 ? max(0, place &+ length) : place }
    let from = clipped(start ?? 0)
    let to = min(clipped(end ?? length), length)
    guard from <= to else { return nil }
    return text.offset(ofCharacter: from)..<text.offset(ofCharacter: to)
  }

  private static func affix(
    _ name: String, _ text: TracedText, _ range: Range<Int>?, _ bound: BoundArguments
  ) throws(MartletError) -> Bool {
    var parts: [TracedText] = []
    if case .tuple(let tuple)? = bound[0] {
      for element in tuple.elements {
        guard let part = element.text else {
          throw MartletError("tuple for \(name) must only contain str, not \(element.typeName)")
        }
        parts.append(part)
      }
    } else {
      parts = [try bound.text(0)]
    }
    guard let range else { return false }
    let bytes = text.bytes[range]
    return parts.contains { part in
      part.count <= bytes.count
        && (name == "startswith" ? bytes.prefix(part.count) : bytes.suffix(part.count)).elementsEqual(
          part.bytes)
    }
  }

  private static func count(_ part: [UInt8], in text: TracedText, _ range: Range<Int>) -> Int {
    if part.isEmpty { return text[range].length + 1 }
    var (count, place) = (0, range.lowerBound)
    while let found = TextSearch.first(part, in: text.bytes, from: place, to: range.upperBound) {
      count += 1
      place = found + part.count
    }
    return count
  }

  private static func remove(_ name: String, _ text: TracedText, _ part: TracedText) -> TracedText {
    if part.isEmpty || part.count > text.count { return text }
    let rest = text.count - part.count
    if name == "removeprefix" {
      return text.bytes.starts(with: part.bytes) ? text[part.count..<text.count] : text
    }
    return text.bytes[rest...].elementsEqual(part.bytes) ? text[0..<rest] : text
  }

  // MARK: Case and width

  private static func changeCase(
    _ name: String, _ text: TracedText, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    switch name {
    case "capitalize": try text.capitalized(meter)
    case "casefold": try text.caseFolded(meter)
    case "lower": try text.lowercased(meter)
    case "swapcase": try text.swappingCase(meter)
    case "title": try text.titled(meter)
    default: try text.uppercased(meter)
    }
  }

  private static func pad(
    _ name: String, _ text: TracedText, _ arguments: CallArguments, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    if name == "expandtabs" {
      return try expandTabs(text, try arguments.bound(to: ["tabsize"], name).int(0, 8), meter)
    }
    if name == "zfill" {
      let width = try arguments.bound(to: ["width"], needed: 1, name).int(0, 0)
      return try fillZeros(text, width, meter)
    }
    let bound = try arguments.bound(to: ["width", "fillchar"], needed: 1, name)
    let fill = try bound.text(1, TracedText(" "))
    if fill.length != 1 { throw MartletError("The fill character must be exactly one character long") }
    let (width, length) = (try bound.int(0, 0), text.length)
    if width <= length { return text }
    let room = width - length
    // CPython's rule for where an odd space goes.
    let before = name == "ljust" ? 0 : name == "rjust" ? room : room / 2 + (room & width & 1)
    return try text.padded(fill, before: before, after: room - before, meter)
  }

  private static func fillZeros(
    _ text: TracedText, _ width: Int, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    let length = text.length
    if width <= length { return text }
    let hasSign = text.bytes.first == UInt8(ascii: "-") || text.bytes.first == UInt8(ascii: "+")
    let sign = hasSign ? 1 : 0
    var builder = TextBuilder(meter)
    try builder.append(text, 0..<sign)
    try builder.append(TracedText("0"), times: width - length)
    try builder.append(text, sign..<text.count)
    return builder.text
  }

  private static func expandTabs(
    _ text: TracedText, _ size: Int, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    var builder = TextBuilder(meter)
    var column = 0
    for scalar in text.scalars {
      if scalar.value == "\t" {
        let room = size > 0 ? size - column % size : 0
        try builder.append(TracedText(" ", origin: text.origin(at: scalar.range.lowerBound)), times: room)
        column += room
      } else {
        try builder.append(text, scalar.range)
        column = scalar.value == "\n" || scalar.value == "\r" ? 0 : column + 1
      }
    }
    return builder.text
  }
}
