/// What filters call `attribute`: names and places one after the other, "function.name" or "arguments.0".
struct AttributePath {
  private let parts: [TemplateValue]
  /// What stands for a value that is not there.
  var standard: TemplateValue?

  /// - Returns: nil where no attribute is named.
  init?(_ value: TemplateValue?) throws(MartletError) {
    switch value {
    case nil, TemplateValue.none?: return nil
    case .integer(let place)?: parts = [.integer(place)]
    case .text(let text)?: parts = Self.parts(text.string)
    case let other?: throw MartletError("an attribute must be a string or an integer, not \(other.typeName)")
    }
  }

  private static func parts(_ path: String) -> [TemplateValue] {
    path.split(separator: ".", omittingEmptySubsequences: false).map { part in
      // Digits alone are a place.
      let isPlace = !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
      return isPlace ? Int(part).map { .integer($0) } ?? .text(String(part)) : .text(String(part))
    }
  }

  /// Several paths with commas between, for sorting.
  static func several(_ value: TemplateValue?) throws(MartletError) -> [AttributePath] {
    guard case .text(let text)? = value else { return try AttributePath(value).map { [$0] } ?? [] }
    var paths: [AttributePath] = []
    for part in text.string.split(separator: ",", omittingEmptySubsequences: false) {
      if let path = try AttributePath(.text(String(part))) { paths.append(path) }
    }
    return paths
  }

  func value(in element: TemplateValue, _ renderer: TemplateRenderer) throws(MartletError) -> TemplateValue {
    var value = element
    for part in parts {
      try renderer.meter.step()
      value = try TemplateMembers.item(part, of: value, renderer.meter)
      if let standard, value.isUndefined { value = standard }
    }
    return value
  }
}
