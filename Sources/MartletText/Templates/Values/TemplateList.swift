/// The elements of a list or tuple. Templates cannot change them.
final class TemplateList {
  let elements: [TemplateValue]
  let depth: Int
  /// The names of a tuple's elements: those of `groupby` have names.
  let names: [String]

  /// - Throws: when the elements lie too deep in each other.
  init(_ elements: [TemplateValue], names: [String] = []) throws(MartletError) {
    self.elements = elements
    self.names = names
    depth = try Self.depth(of: elements)
  }

  private init() { (elements, depth, names) = ([], 1, []) }

  static var empty: TemplateList { TemplateList() }

  /// One more than the deepest of some values.
  static func depth(of elements: some Sequence<TemplateValue>) throws(MartletError) -> Int {
    var deepest = 0
    for element in elements { deepest = max(deepest, element.depth) }
    if deepest >= TemplateMeter.deepestValue {
      throw MartletError(
        "lists and other values lie more than \(TemplateMeter.deepestValue) deep in each other")
    }
    return deepest + 1
  }
}
