import MartletText

/// Which kind of run a `recipe.json` belongs to.
public struct RecipeKind: Sendable, Equatable {
  /// The key that says it; recipes of language models, which were first, do without.
  static let key = "recipe"
  /// What messages call a language model's.
  private static let text = "text"

  /// The name of the kind; nil for a language model's.
  public let name: String?
  private let file: String

  init(_ reader: JSONReader) throws(MartletError) {
    name = try reader.optional(Self.key)
    file = reader.file
  }

  /// Reads the kind of a run.
  ///
  /// - Throws: when the directory holds no run, or its recipe is damaged.
  public init(ofRun path: String) throws(MartletError) {
    let directory = RunDirectory(path)
    try directory.checkHoldsRun()
    try self.init(JSONReader(file: directory.file(RunDirectory.File.recipe)))
  }

  /// Fails when the kind is another.
  func require(_ expected: String?) throws(MartletError) {
    if name == expected { return }
    throw MartletError(
      "\(file): it is a recipe of the kind \"\(name ?? Self.text)\", not \"\(expected ?? Self.text)\"; go on with "
        + "it by `martlet train --resume`")
  }
}
