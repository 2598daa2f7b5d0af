/// The values of a call's arguments.
struct CallArguments {
  var positional: [TemplateValue] = []
  var keywords: [(name: TracedText, value: TemplateValue)] = []

  /// The arguments by the function's names for them, in order; nil for those that are not given.
  ///
  /// - Parameters:
  ///   - names: what the function calls its arguments.
  ///   - needed: how many of them must be given.
  /// - Throws: when there are too many or too few, or one has another name.
  func bound(to names: [String], needed: Int = 0, _ function: String) throws(MartletError) -> BoundArguments {
    if positional.count > names.count {
      throw MartletError(
        "\(function) takes at most \(names.count) \(names.count == 1 ? "argument" : "arguments"), found "
          + "\(positional.count)")
    }
    var values: [TemplateValue?] = positional + Array(repeating: nil, count: names.count - positional.count)
    for (name, value) in keywords {
      let text = name.string
      guard let place = names.firstIndex(of: text) else {
        throw MartletError("\(function) has no argument \"\(PrintableName.make(text))\"")
      }
      if values[place] != nil { throw MartletError("\(function) is given \"\(text)\" twice") }
      values[place] = value
    }
    for place in 0..<needed where values[place] == nil {
      throw MartletError("\(function) needs its argument \"\(names[place])\"")
    }
    return BoundArguments(function: function, names: names, values: values)
  }
}

/// Arguments in the order of their names, with what the function takes them for.
struct BoundArguments {
  let function: String
  let names: [String]
  let values: [TemplateValue?]

  subscript(place: Int) -> TemplateValue? { values[place] }

  private func unexpected(_ place: Int, _ expected: String) -> MartletError {
    MartletError(
      "\(function): \"\(names[place])\" must be \(expected), not \(values[place]?.typeName ?? "nothing")")
  }

  /// An integer; the standard one when none is given.
  func int(_ place: Int, _ standard: Int) throws(MartletError) -> Int {
    guard let value = values[place] else { return standard }
    guard let int = value.int else { throw unexpected(place, "an integer") }
    return int
  }

  /// An integer; nil when none is given or it is `none`.
  func optionalInt(_ place: Int) throws(MartletError) -> Int? {
    if case .none? = values[place] { return nil }
    return values[place] == nil ? nil : try int(place, 0)
  }

  /// A text; the standard one when none is given.
  func text(_ place: Int, _ standard: TracedText = .empty) throws(MartletError) -> TracedText {
    guard let value = values[place] else { return standard }
    guard let text = value.text else { throw unexpected(place, "a string") }
    return text
  }

  /// A text; nil when none is given or it is `none`.
  func optionalText(_ place: Int) throws(MartletError) -> TracedText? {
    if case .none? = values[place] { return nil }
    return values[place] == nil ? nil : try text(place)
  }

  /// Whether a value that is given is true; the standard one when none is given.
  func flag(_ place: Int, _ standard: Bool) -> Bool { values[place]?.isTrue ?? standard }
}
