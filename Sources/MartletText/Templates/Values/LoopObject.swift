/// `loop`: where a `for` loop is.
final class LoopObject: TemplateObject {
  let items: [TemplateValue]
  private let depth0: Int
  /// The turn, from 0.
  var turn = 0
  /// The loop and the scope around it, to be run again for the elements of an element.
  let recursion: (loop: ForLoop, scope: TemplateScope)?
  private var lastChanged: [TemplateValue]?

  init(
    _ items: [TemplateValue], recursion: (loop: ForLoop, scope: TemplateScope)?, depth0: Int
  ) throws(MartletError) {
    (self.items, self.recursion, self.depth0) = (items, recursion, depth0)
    super.init(depth: try TemplateList.depth(of: items))
  }

  override var typeName: String { "LoopContext" }
  override var shown: String { "<LoopContext \(turn + 1)/\(items.count)>" }
  override var isCallable: Bool { recursion != nil }
  override var length: Int? { items.count }

  /// How deep a recursive loop is, from 1.
  var level: Int { depth0 + 1 }

  override func attribute(_ name: String) -> TemplateValue? {
    switch name {
    case "index": .integer(turn + 1)
    case "index0": .integer(turn)
    case "revindex": .integer(items.count - turn)
    case "revindex0": .integer(items.count - turn - 1)
    case "first": .bool(turn == 0)
    case "last": .bool(turn + 1 >= items.count)
    case "length": .integer(items.count)
    case "depth": .integer(level)
    case "depth0": .integer(depth0)
    case "previtem":
      turn > 0 && turn <= items.count
        ? items[turn - 1] : .undefined(UndefinedValue("there is no previous item"))
    case "nextitem":
      turn + 1 < items.count ? items[turn + 1] : .undefined(UndefinedValue("there is no next item"))
    default: nil
    }
  }

  /// Whether values differ from those of the last call.
  func changed(_ values: [TemplateValue], _ meter: TemplateMeter) throws(MartletError) -> Bool {
    if let last = lastChanged, last.count == values.count {
      var isSame = true
      for (left, right) in zip(last, values) where isSame {
        isSame = try TemplateComparison.equal(left, right, meter)
      }
      if isSame { return false }
    }
    lastChanged = values
    return true
  }

  func clear() { lastChanged = nil }
}

/// A macro, or the body of a `call` block, with the scope it was defined in.
final class MacroObject: TemplateObject {
  let macro: MacroDefinition
  let scope: TemplateScope

  init(_ macro: MacroDefinition, _ scope: TemplateScope) {
    (self.macro, self.scope) = (macro, scope)
    super.init()
  }

  override var typeName: String { "Macro" }
  override var shown: String { macro.name.isEmpty ? "<Macro anonymous>" : "<Macro '\(macro.name)'>" }
  override var isCallable: Bool { true }

  override func attribute(_ name: String) -> TemplateValue? {
    switch name {
    case "name": macro.name.isEmpty ? TemplateValue.none : .text(macro.name)
    case "catch_kwargs": .bool(macro.takesKeywords)
    case "catch_varargs": .bool(macro.takesMore)
    case "caller": .bool(macro.takesCaller)
    default: nil
    }
  }
}
