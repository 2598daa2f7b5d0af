import MartletText

extension EmbeddedRows {
  /// The embedded preferences: 8,000 to learn from and 1,000 held out.
  ///
  /// A model of two layers and width 64 puts 0.998 to 1.000 of the held-out pairs in their true order after 500 steps
  /// (README, Figures).
  static let preferences = EmbeddedRows(
    name: EmbeddedPreferences.name, epochs: 2,
    adjust: { settings in
      (settings.batchSize, settings.learningRate) = (32, 3e-3)
      (settings.optimizer.beta2, settings.optimizer.weightDecay) = (0.99, 0.1)
    },
    rows: {
      (
        EmbeddedPreferences.rows(0..<8_000, of: .training, seed: seed),
        EmbeddedPreferences.rows(0..<1_000, of: .heldOut, seed: seed)
      )
    },
    model: { () throws(MartletError) in
      var recipe = LanguageModelRecipe()
      recipe.architecture = "llama"
      (recipe.layers, recipe.heads, recipe.width, recipe.context) = (2, 4, 64, 64)
      // Enough for a token a word; a few hundred rows hold all words.
      let rows = EmbeddedPreferences.rows(0..<500, of: .training, seed: seed)
      let texts = rows.flatMap { row in
        ["chosen", "rejected"].map { (row["prompt"]?.string ?? "") + (row[$0]?.string ?? "") }
      }
      return (recipe, try Tokenizer.bytePairs(size: 512, trainingOn: texts))
    })

  /// Which of all preferences a run learns, whatever its own seed.
  private static let seed: UInt64 = 1
}
