/// How much a template may do: templates come from strangers, and must not keep a program busy or fill its memory.
public struct TemplateLimits: Sendable {
  /// The most steps of the interpreter: evaluated expressions, turns of loops, elements made.
  public var steps = 10_000_000
  /// The most bytes of text that all operations together make.
  public var textBytes = 256 << 20
  /// The most bytes that one text, and so the result, may have.
  public var longestText = 32 << 20
  /// How deep statements, expressions and calls may lie in each other.
  public var depth = 400

  /// The usual limits, which are far from what a template of a model needs.
  public init() {}
}
