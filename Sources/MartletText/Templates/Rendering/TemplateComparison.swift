/// Equality and order of values, as Python compares them.
enum TemplateComparison {
  static func holds(
    _ comparison: Comparison, _ left: TemplateValue, _ right: TemplateValue, _ meter: TemplateMeter
  ) throws(MartletError) -> Bool {
    switch comparison {
    case .equal: try equal(left, right, meter)
    case .notEqual: !(try equal(left, right, meter))
    case .isIn: try contains(right, left, meter)
    case .isNotIn: !(try contains(right, left, meter))
    case .less, .lessOrEqual, .greater, .greaterOrEqual: try isOrdered(comparison, left, right, meter)
    }
  }

  /// Whether values are equal: numbers by value whatever their type, texts by their letters.
  static func equal(
    _ left: TemplateValue, _ right: TemplateValue, _ meter: TemplateMeter
  ) throws(MartletError) -> Bool {
    try meter.step()
    switch (left, right) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.text(let left), .text(let right)):
      try meter.step(min(left.count, right.count) / 64)
      return left == right
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      return try equal(left.elements, right.elements, meter)
    case (.dictionary(let left), .dictionary(let right)): return try equal(left, right, meter)
    case (.object(let left), .object(let right)): return try equal(left, right, meter)
    default:
      if let left = left.int, let right = right.int { return left == right }
      if let left = left.double, let right = right.double { return left == right }
      return false
    }
  }

  private static func equal(
    _ left: [TemplateValue], _ right: [TemplateValue], _ meter: TemplateMeter
  ) throws(MartletError) -> Bool {
    guard left.count == right.count else { return false }
    for (left, right) in zip(left, right) where !(try equal(left, right, meter)) { return false }
    return true
  }

  private static func equal(
    _ left: TemplateDictionary, _ right: TemplateDictionary, _ meter: TemplateMeter
  ) throws(MartletError) -> Bool {
    guard left.count == right.count else { return false }
    for (key, value) in zip(left.keys, left.values) {
      guard let other = try right.value(key), try equal(value, other, meter) else { return false }
    }
    return true
  }

  private static func equal(
    _ left: TemplateObject, _ right: TemplateObject, _ meter: TemplateMeter
  ) throws(MartletError) -> Bool {
    if left === right { return true }
    guard let left = left as? ViewObject, let right = right as? ViewObject else { return false }
    switch (left.kind, right.kind) {
    case (.range, .range), (.keys, .keys), (.items, .items):
      return try equal(left.elements, right.elements, meter)
    default: return false
    }
  }

  /// -1, 0 or 1 for values that have an order, nil for others and where one is not a number.
  static func order(
    _ left: TemplateValue, _ right: TemplateValue, _ meter: TemplateMeter
  ) throws(MartletError) -> Int? {
    try meter.step()
    switch (left, right) {
    case (.text(let left), .text(let right)):
      try meter.step(min(left.count, right.count) / 64)
      // The order of UTF-8 is that of the characters' numbers.
      return left.bytes == right.bytes ? 0 : left.bytes.lexicographicallyPrecedes(right.bytes) ? -1 : 1
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      for (left, right) in zip(left.elements, right.elements) where !(try equal(left, right, meter)) {
        return try ordered(left, right, meter)
      }
      let (left, right) = (left.elements.count, right.elements.count)
      return left == right ? 0 : left < right ? -1 : 1
    default:
      if let left = left.int, let right = right.int { return left == right ? 0 : left < right ? -1 : 1 }
      guard let left = left.double, let right = right.double, !left.isNaN, !right.isNaN else { return nil }
      return left == right ? 0 : left < right ? -1 : 1
    }
  }

  /// As above, where an order is needed.
  static func ordered(
    _ left: TemplateValue, _ right: TemplateValue, _ meter: TemplateMeter
  ) throws(MartletError) -> Int? {
    if let order = try order(left, right, meter) { return order }
    if left.double != nil, right.double != nil { return nil }
    throw unordered("<", left, right)
  }

  private static func unordered(
    _ sign: String, _ left: TemplateValue, _ right: TemplateValue
  ) -> MartletError {
    for case .undefined(let value) in [left, right] { return MartletError(value.message) }
    return MartletError(
      "'\(sign)' not supported between instances of '\(left.typeName)' and '\(right.typeName)'")
  }

  private static func isOrdered(
    _ comparison: Comparison, _ left: TemplateValue, _ right: TemplateValue, _ meter: TemplateMeter
  ) throws(MartletError) -> Bool {
    guard let order = try order(left, right, meter) else {
      if left.double != nil, right.double != nil { return false }
      throw unordered(comparison.rawValue, left, right)
    }
    switch comparison {
    case .less: return order < 0
    case .lessOrEqual: return order <= 0
    case .greater: return order > 0
    default: return order >= 0
    }
  }

  /// `value in container`
  static func contains(
    _ container: TemplateValue, _ value: TemplateValue, _ meter: TemplateMeter
  ) throws(MartletError) -> Bool {
    switch container {
    case .text(let text):
      guard let part = value.text else {
        if case .undefined(let value) = value { throw MartletError(value.message) }
        throw MartletError("'in <string>' requires string as left operand, not \(value.typeName)")
      }
      try meter.step(1 + text.count / 16)
      return TextSearch.first(part.bytes, in: text.bytes, from: 0) != nil
    case .dictionary(let dictionary): return try dictionary.value(value) != nil
    default:
      guard let elements = try TemplateRenderer.elements(container, meter) else {
        throw MartletError("argument of type '\(container.typeName)' is not iterable")
      }
      for element in elements where try equal(element, value, meter) { return true }
      return false
    }
  }

  /// The places of values in ascending order, equal ones in the order they stand, or all that backwards.
  static func sorted(
    _ keys: [TemplateValue], descending: Bool, _ meter: TemplateMeter
  ) throws(MartletError) -> [Int] {
    // A merge sort: an order that throws must not be given to the standard library's.
    var places = Array(keys.indices)
    var other = places
    var width = 1
    while width < places.count {
      var start = 0
      while start < places.count {
        let middle = min(start + width, places.count)
        let end = min(start + 2 * width, places.count)
        var (left, right) = (start, middle)
        for target in start..<end {
          var takesRight = left == middle
          if left < middle, right < end {
            let (first, second) = (keys[places[left]], keys[places[right]])
            takesRight =
              descending
              ? try ordered(first, second, meter) == -1 : try ordered(second, first, meter) == -1
          }
          other[target] = places[takesRight ? right : left]
          if takesRight { right += 1 } else { left += 1 }
        }
        start = end
      }
      swap(&places, &other)
      width *= 2
    }
    return places
  }
}
