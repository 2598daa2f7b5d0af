import MartletModel
import MartletText

/// Rows that ship with Martlet, and a small model for those who have none.
public struct EmbeddedRows: Sendable {
  /// What messages call them.
  public let name: String
  /// How often a new model reads them.
  let epochs: Double
  /// Changes the usual settings of fine-tuning to those of a new model, which takes larger steps.
  let adjust: @Sendable (inout TrainingSettings) -> Void
  /// The rows to learn from, and those held out.
  let rows: @Sendable () -> (training: [DataRow], heldOut: [DataRow])
  /// A new small model's tokenizer and form.
  let model: @Sendable () throws(MartletError) -> (recipe: LanguageModelRecipe, tokenizer: Tokenizer)
}

extension FineTuningRecipe {
  /// The usual recipe for a new small model of the kind's embedded data; nil where a kind has none.
  public static var embedded: FineTuningRecipe? {
    guard let embedded = Task.embedded else { return nil }
    var recipe = FineTuningRecipe()
    recipe.epochs = embedded.epochs
    embedded.adjust(&recipe.settings)
    return recipe
  }
}
