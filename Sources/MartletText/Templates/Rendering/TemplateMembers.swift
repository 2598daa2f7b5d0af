/// Attributes, elements and slices of values.
enum TemplateMembers {
  /// `value.name`: an attribute or method, else the element of that key.
  static func attribute(_ name: String, of value: TemplateValue) throws(MartletError) -> TemplateValue {
    if let found = try own(name, of: value) { return found }
    if case .dictionary(let dictionary) = value, let found = dictionary.value(name) { return found }
    return UndefinedValue.member(name, of: value)
  }

  /// An attribute or method that belongs to the value's type.
  private static func own(_ name: String, of value: TemplateValue) throws(MartletError) -> TemplateValue? {
    switch value {
    case .undefined(let undefined): throw MartletError(undefined.message)
    case .object(let object):
      if let found = object.attribute(name) { return found }
    case .tuple(let tuple):
      if let place = tuple.names.firstIndex(of: name) { return tuple.elements[place] }
    default: break
    }
    if TemplateMethods.unsafe(name, of: value) {
      return .undefined(
        UndefinedValue("access to attribute '\(name)' of '\(value.typeName)' object is unsafe"))
    }
    guard TemplateMethods.has(name, value) else { return nil }
    return .object(try MethodObject(value, name))
  }

  /// `value[key]`: the element, else the attribute of that name.
  static func item(
    _ key: TemplateValue, of value: TemplateValue, _ meter: TemplateMeter
  ) throws(MartletError) -> TemplateValue {
    switch value {
    case .undefined(let undefined): throw MartletError(undefined.message)
    case .dictionary(let dictionary):
      if isHashable(key), let found = try dictionary.value(key) { return found }
    case .list(let list), .tuple(let list):
      if let place = key.int {
        return element(list.elements, place) ?? UndefinedValue.element(key, of: value)
      }
    case .object(let object as ViewObject):
      if object.isRange, let place = key.int {
        return element(object.elements, place) ?? UndefinedValue.element(key, of: value)
      }
    case .object(let object as NamespaceObject):
      if let name = key.text, let found = object.attribute(name.string) { return found }
    case .text(let text):
      if let place = key.int {
        return try character(text, place, meter) ?? UndefinedValue.element(key, of: value)
      }
    default: break
    }
    if let name = key.text, let found = try own(name.string, of: value) { return found }
    return UndefinedValue.element(key, of: value)
  }

  private static func isHashable(_ key: TemplateValue) -> Bool {
    switch key {
    case .list, .dictionary: false
    case .tuple(let tuple): tuple.elements.allSatisfy(isHashable)
    default: true
    }
  }

  private static func element(_ elements: [TemplateValue], _ place: Int) -> TemplateValue? {
    let place = place < 0 ? place &+ elements.count : place
    return elements.indices.contains(place) ? elements[place] : nil
  }

  private static func character(
    _ text: TracedText, _ place: Int, _ meter: TemplateMeter
  ) throws(MartletError) -> TemplateValue? {
    try meter.step(1 + text.count / 64)
    let length = text.length
    let place = place < 0 ? place &+ length : place
    guard place >= 0, place < length else { return nil }
    let start = length == text.count ? place : text.offset(ofCharacter: place)
    return .text(text[start..<start + text.scalarLength(at: start)])
  }

  /// `value[start:stop:step]`
  static func slice(
    _ value: TemplateValue, _ start: TemplateValue?, _ stop: TemplateValue?, _ step: TemplateValue?,
    _ meter: TemplateMeter
  ) throws(MartletError) -> TemplateValue {
    if case .undefined(let undefined) = value { throw MartletError(undefined.message) }
    guard let start = bound(start), let stop = bound(stop), let step = bound(step) else {
      throw MartletError("slice indices must be integers or None")
    }
    if step == .some(0) { throw MartletError("slice step cannot be zero") }
    switch value {
    case .list(let list): return .list(try elements(list.elements, start, stop, step ?? 1, meter))
    case .tuple(let list): return .tuple(try elements(list.elements, start, stop, step ?? 1, meter))
    case .object(let view as ViewObject) where view.isRange:
      let part = try elements(view.elements, start, stop, step ?? 1, meter)
      return .object(try ViewObject(part.elements, .range("")))
    case .text(let text): return .text(try characters(text, start, stop, step ?? 1, meter))
    default: throw MartletError("'\(value.typeName)' object has no slices")
    }
  }

  /// An end of a slice: the outer nil for what cannot be one, the inner for one that is left out.
  private static func bound(_ value: TemplateValue?) -> Int?? {
    switch value {
    case nil, .some(.none): return .some(nil)
    case .some(let value): return value.int.map { .some($0) }
    }
  }

  /// The places a slice takes, as Python's `slice.indices` gives them: a start, a step and a number of places.
  static func places(
    _ start: Int?, _ stop: Int?, _ step: Int, count: Int
  ) -> (start: Int, count: Int) {
    let (lowest, highest) = step < 0 ? (-1, count - 1) : (0, count)
    func clipped(_ place: Int?, _ standard: Int) -> Int {
      guard let place else { return standard }
      return place < 0 ? max(place &+ count, lowest) : min(place, highest)
    }
    let first = clipped(start, step < 0 ? highest : lowest)
    let last = clipped(stop, step < 0 ? lowest : highest)
    if step < 0 {
      let magnitude = step == .min ? Int.max : -step
      return (first, last < first ? (first - last - 1) / magnitude + 1 : 0)
    }
    return (first, first < last ? (last - first - 1) / step + 1 : 0)
  }

  private static func elements(
    _ elements: [TemplateValue], _ start: Int?, _ stop: Int?, _ step: Int, _ meter: TemplateMeter
  ) throws(MartletError) -> TemplateList {
    let (first, count) = places(start, stop, step, count: elements.count)
    try meter.step(count)
    return try TemplateList((0..<count).map { elements[first + $0 * step] })
  }

  private static func characters(
    _ text: TracedText, _ start: Int?, _ stop: Int?, _ step: Int, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    try meter.step(1 + text.count / 64)
    let length = text.length
    let (first, count) = places(start, stop, step, count: length)
    if count == 0 { return .empty }
    var builder = TextBuilder(meter)
    if step == 1 {
      let isASCII = length == text.count
      let from = isASCII ? first : text.offset(ofCharacter: first)
      let to = isASCII ? first + count : text.offset(ofCharacter: first + count)
      try builder.append(text, from..<to)
      return builder.text
    }
    try meter.step(2 * text.count)
    let offsets = text.scalars.map(\.range)
    for number in 0..<count { try builder.append(text, offsets[first + number * step]) }
    return builder.text
  }
}

extension TracedText {
  /// The length of the character that starts at an offset.
  func scalarLength(at offset: Int) -> Int {
    let first = bytes[offset]
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
  }
}
