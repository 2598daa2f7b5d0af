/// The names set in one part of a template, and the scope around it.
final class TemplateScope {
  let parent: TemplateScope?
  private var values: [String: TemplateValue] = [:]
  /// Whether the arena holds it, since a macro refers to it.
  var isHeld = false

  init(_ parent: TemplateScope?) { self.parent = parent }

  /// The value of a name here or in the scopes around.
  func value(_ name: String) -> TemplateValue? {
    var scope = self
    while true {
      if let value = scope.values[name] { return value }
      guard let parent = scope.parent else { return nil }
      scope = parent
    }
  }

  func set(_ name: String, _ value: TemplateValue) { values[name] = value }

  func clear() { values = [:] }
}
