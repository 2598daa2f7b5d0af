/// A value that is none of Python's plain data: functions, iterators, loops.
class TemplateObject {
  /// How deep values lie in it. What can change keeps its values in the rendering's ``TemplateArena`` and counts 0.
  let depth: Int

  init(depth: Int = 0) { self.depth = depth }

  var typeName: String { "object" }
  var isTrue: Bool { true }
  /// What `{{ object }}` prints.
  var shown: String { "<\(typeName)>" }
  /// The number of elements, where it can be asked for.
  var length: Int? { nil }
  var isCallable: Bool { false }

  /// The elements that a loop gets; nil when it can't be looped over.
  func iterate() -> [TemplateValue]? { nil }

  /// The value of an attribute; nil when there is none.
  func attribute(_ name: String) -> TemplateValue? { nil }
}

/// What Python gives one by one and only once, such as the results of `map` and `select`.
final class IteratorObject: TemplateObject {
  private var rest: ArraySlice<TemplateValue>
  private let name: String

  init(_ elements: [TemplateValue], name: String = "generator") throws(MartletError) {
    rest = elements[...]
    self.name = name
    super.init(depth: try TemplateList.depth(of: elements))
  }

  override var typeName: String { name }
  override var shown: String { "<\(name) object>" }

  /// Takes the next element away.
  func next() -> TemplateValue? { rest.popFirst() }

  override func iterate() -> [TemplateValue]? {
    defer { rest = [] }
    return Array(rest)
  }
}

/// The keys, values or items of a dictionary, or a range of numbers: elements with a length, but no list.
final class ViewObject: TemplateObject {
  let elements: [TemplateValue]
  let kind: Kind

  enum Kind {
    case keys, values, items
    case range(String)
  }

  init(_ elements: [TemplateValue], _ kind: Kind) throws(MartletError) {
    self.elements = elements
    self.kind = kind
    super.init(depth: try TemplateList.depth(of: elements))
  }

  override var typeName: String {
    switch kind {
    case .keys: "dict_keys"
    case .values: "dict_values"
    case .items: "dict_items"
    case .range: "range"
    }
  }

  var isRange: Bool {
    if case .range = kind { return true }
    return false
  }

  override var isTrue: Bool { !elements.isEmpty }
  override var length: Int? { elements.count }
  override func iterate() -> [TemplateValue]? { elements }
}

/// A method with the value it belongs to.
final class MethodObject: TemplateObject {
  let owner: TemplateValue
  let name: String

  init(_ owner: TemplateValue, _ name: String) throws(MartletError) {
    self.owner = owner
    self.name = name
    super.init(depth: try TemplateList.depth(of: CollectionOfOne(owner)))
  }

  override var typeName: String { "builtin_function_or_method" }
  override var shown: String { "<built-in method \(name) of \(owner.typeName) object>" }
  override var isCallable: Bool { true }
}

/// One of the functions that every template has.
final class FunctionObject: TemplateObject {
  enum Function: String, CaseIterable {
    case raiseException = "raise_exception"
    case strftimeNow = "strftime_now"
    case range, namespace, dict, joiner, cycler
  }

  let function: Function

  init(_ function: Function) { self.function = function }

  override var typeName: String { "function" }
  override var shown: String { "<function \(function.rawValue)>" }
  override var isCallable: Bool { true }
}

/// `namespace(…)`: the one value whose attributes can be set.
final class NamespaceObject: TemplateObject {
  var names: [TracedText] = []
  var values: [TemplateValue] = []

  override var typeName: String { "Namespace" }

  override func attribute(_ name: String) -> TemplateValue? {
    let wanted = Array(name.utf8)
    return names.firstIndex { $0.bytes == wanted }.map { values[$0] }
  }

  func set(_ name: TracedText, _ value: TemplateValue) {
    if let place = names.firstIndex(of: name) {
      values[place] = value
    } else {
      names.append(name)
      values.append(value)
    }
  }
}

/// `joiner(…)`: nothing at the first call, then always the separator.
final class JoinerObject: TemplateObject {
  private let separator: TemplateValue
  private var isUsed = false

  init(_ separator: TemplateValue) throws(MartletError) {
    self.separator = separator
    super.init(depth: try TemplateList.depth(of: CollectionOfOne(separator)))
  }

  override var typeName: String { "Joiner" }
  override var isCallable: Bool { true }

  func next() -> TemplateValue {
    defer { isUsed = true }
    return isUsed ? separator : .text("")
  }
}

/// `cycler(…)`: its items in turn.
final class CyclerObject: TemplateObject {
  private let items: [TemplateValue]
  private var place = 0

  init(_ items: [TemplateValue]) throws(MartletError) {
    self.items = items
    super.init(depth: try TemplateList.depth(of: items))
  }

  override var typeName: String { "Cycler" }
  var current: TemplateValue { items[place] }

  func next() -> TemplateValue {
    defer { place = (place + 1) % items.count }
    return items[place]
  }

  func reset() { place = 0 }

  override func attribute(_ name: String) -> TemplateValue? {
    name == "current" ? current : nil
  }
}
