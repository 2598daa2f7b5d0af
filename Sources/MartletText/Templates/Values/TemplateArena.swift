/// Everything of a rendering that can come to refer to itself: namespaces, the scopes that macros keep, and
/// loops that remember what changed.
///
/// It holds them until the rendering ends and then empties one after another, so that circles are freed, and long
/// chains without deep recursion.
final class TemplateArena {
  private var namespaces: [NamespaceObject] = []
  private var scopes: [TemplateScope] = []
  private var loops: [LoopObject] = []

  func hold(_ namespace: NamespaceObject) { namespaces.append(namespace) }
  func hold(_ loop: LoopObject) { loops.append(loop) }

  /// Holds a scope and those around it.
  func hold(_ scope: TemplateScope) {
    var next: TemplateScope? = scope
    while let scope = next, !scope.isHeld {
      scope.isHeld = true
      scopes.append(scope)
      next = scope.parent
    }
  }

  func clear() {
    for namespace in namespaces { namespace.values = [] }
    for loop in loops { loop.clear() }
    for scope in scopes { scope.clear() }
  }
}
