/// Filters whose value is taken as text.
enum TextFilters {
  private static func text(
    _ value: TemplateValue, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TracedText {
    let text = try renderer.shown(value)
    try renderer.meter.step(1 + text.count / 16)
    return text
  }

  static func string(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "string")
    return .text(try text(value, renderer))
  }

  static func upper(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "upper")
    return .text(try text(value, renderer).uppercased(renderer.meter))
  }

  static func lower(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "lower")
    return .text(try text(value, renderer).lowercased(renderer.meter))
  }

  static func capitalize(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "capitalize")
    return .text(try text(value, renderer).capitalized(renderer.meter))
  }

  /// A capital after each space, hyphen or opening bracket, the rest in lower case.
  static func title(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "title")
    let text = try text(value, renderer)
    func separates(_ scalar: Unicode.Scalar) -> Bool {
      scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar)
    }
    let scalars = text.scalars.map(\.value)
    // The rest of a word is lowered by itself: a sigma looks no farther than that.
    var rest = 0..<0
    return .text(
      try text.mapped(renderer.meter) { place, scalar in
        if place == 0 || separates(scalars[place - 1]) {
          let start = place + 1
          rest = start..<max(start, scalars[start...].firstIndex(where: separates) ?? scalars.count)
          return scalar.properties.uppercaseMapping
        }
        return TracedText.lowercase(scalar, place, in: scalars[rest])
      })
  }

  static func center(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["width"], "center")
    let width = CallArguments(positional: [.integer(try bound.int(0, 80))])
    return try TextMethods.call("center", try text(value, renderer), width, renderer)
  }

  static func trim(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["chars"], "trim")
    return .text(try text(value, renderer).stripped(try bound.optionalText(0)))
  }

  static func replace(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["old", "new", "count"], needed: 2, "replace")
    let (old, new) = (try renderer.shown(bound[0] ?? .none), try renderer.shown(bound[1] ?? .none))
    return .text(
      try text(value, renderer).replacing(
        old, with: new, count: try bound.optionalInt(2) ?? -1, renderer.meter))
  }

  static func format(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    if !arguments.positional.isEmpty && !arguments.keywords.isEmpty {
      throw MartletError("can't handle positional and keyword arguments at the same time")
    }
    var values = TemplateValue.tuple(try TemplateList(arguments.positional))
    if !arguments.keywords.isEmpty {
      values = .dictionary(
        try TemplateDictionary(arguments.keywords.map { (.text($0.name), $0.value) }))
    }
    return .text(try PercentFormat.make(try text(value, renderer), values, renderer.meter))
  }

  /// Each line but the first, and none that is empty, moved to the right.
  static func indent(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["width", "first", "blank"], "indent")
    var indentation = TracedText.empty
    if let given = bound[0]?.text {
      indentation = given
    } else {
      var spaces = TextBuilder(renderer.meter)
      try spaces.append(TracedText(" "), times: try bound.int(0, 4))
      indentation = spaces.text
    }
    // A newline more, so that one at the end is not lost.
    guard var text = value.text else { throw MartletError("indent needs a string, not \(value.typeName)") }
    try renderer.meter.step(1 + text.count / 16)
    text.append([0x0A], origin: [])
    var builder = TextBuilder(renderer.meter)
    let lines = TextSplitting.lineRanges(text)
    if bound.flag(1, false) { try builder.append(indentation) }
    for (place, line) in lines.enumerated() {
      if place > 0 {
        try builder.append("\n")
        if bound.flag(2, false) || !line.isEmpty { try builder.append(indentation) }
      }
      try builder.append(text, line)
    }
    return .text(builder.text)
  }

  static func truncate(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(to: ["length", "killwords", "end", "leeway"], "truncate")
    guard let text = value.text else { throw MartletError("truncate needs a string, not \(value.typeName)") }
    let end = try bound.text(2, TracedText("..."))
    try renderer.meter.step(1 + text.count / 16)
    let (length, leeway) = (try bound.int(0, 255), try bound.optionalInt(3) ?? 5)
    guard length >= end.length else {
      throw MartletError("expected length >= \(end.length), got \(length)")
    }
    guard leeway >= 0 else { throw MartletError("expected leeway >= 0, got \(leeway)") }
    if text.length <= length.addingReportingOverflow(leeway).partialValue { return .text(text) }
    var kept = text[0..<text.offset(ofCharacter: length - end.length)]
    if !bound.flag(1, false), let space = kept.bytes.lastIndex(of: 0x20) { kept = kept[0..<space] }
    var builder = TextBuilder(renderer.meter)
    try builder.append(kept)
    try builder.append(end)
    return .text(builder.text)
  }

  static func countWords(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "wordcount")
    var (count, isInside) = (0, false)
    for scalar in try text(value, renderer).scalars.lazy.map(\.value) {
      let properties = scalar.properties
      let isWord =
        scalar == "_" || properties.isAlphabetic && isLetter(scalar) || properties.numericType != nil
      if isWord && !isInside { count += 1 }
      isInside = isWord
    }
    return .integer(count)
  }

  /// A letter as Python's `\w` has it: of a category that begins with L.
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  static func escape(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "escape")
    return .text(
      try text(value, renderer).mapped(renderer.meter) { _, scalar in
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "'": "&#39;"
        case "\"": "&#34;"
        default: String(scalar)
        }
      })
  }

  static func json(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    let bound = try arguments.bound(
      to: ["ensure_ascii", "indent", "separators", "sort_keys"], "tojson")
    var layout = PythonJSON.Layout()
    layout.escapesBeyondASCII = bound.flag(0, false)
    layout.sortsKeys = bound.flag(3, false)
    if let text = bound[1]?.text {
      layout.indent = text
    } else if let width = try bound.optionalInt(1) {
      var spaces = TextBuilder(renderer.meter)
      try spaces.append(TracedText(" "), times: width)
      layout.indent = spaces.text
    }
    // With an indent, Python ends a line without a space.
    if layout.indent != nil { layout.itemSeparator = TracedText(",") }
    switch bound[2] {
    case nil, TemplateValue.none?: break
    case .list(let list)?, .tuple(let list)?:
      guard list.elements.count == 2, let item = list.elements[0].text, let key = list.elements[1].text else {
        throw MartletError("tojson: \"separators\" must be two strings")
      }
      (layout.itemSeparator, layout.keySeparator) = (item, key)
    default: throw MartletError("tojson: \"separators\" must be two strings")
    }
    return .text(try PythonJSON.text(of: value, layout, renderer.meter))
  }

  // MARK: Addresses

  static func urlEncode(
    _ value: TemplateValue, _ arguments: CallArguments, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TemplateValue {
    _ = try arguments.bound(to: [], "urlencode")
    var pairs: [TemplateValue]
    switch value {
    case .dictionary(let dictionary): pairs = try TemplateMethods.items(dictionary)
    case .list, .tuple, .object: pairs = try TemplateFilters.elements(value, renderer)
    default: return .text(try quoted(value, isQuery: false, renderer))
    }
    var builder = TextBuilder(renderer.meter)
    for (place, pair) in pairs.enumerated() {
      let parts = try TemplateFilters.elements(pair, renderer)
      guard parts.count == 2 else { throw MartletError("urlencode needs pairs of a key and a value") }
      if place > 0 { try builder.append("&") }
      try builder.append(try quoted(parts[0], isQuery: true, renderer))
      try builder.append("=")
      try builder.append(try quoted(parts[1], isQuery: true, renderer))
    }
    return .text(builder.text)
  }

  /// - Parameter isQuery: whether a space becomes a plus, and a slash is encoded too.
  private static func quoted(
    _ value: TemplateValue, isQuery: Bool, _ renderer: TemplateRenderer
  ) throws(MartletError) -> TracedText {
    try text(value, renderer).mapped(renderer.meter) { _, scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", ".", "-", "~": return String(scalar)
      case "/" where !isQuery: return "/"
      case " " where isQuery: return "+"
      default:
        return UTF8.encode(scalar)!.map { "%" + PythonText.hexadecimal(UInt32($0), 2).uppercased() }.joined()
      }
    }
  }
}
