import MartletTensor
import MartletText

@testable import MartletTraining

/// Small texts and recipes.
enum TestRuns {
  /// Words in a random order, so many Unicode scalars of them.
  static func text(_ count: Int, seed: UInt64 = 1) -> String {
    let words = [
      "the ", "martlet ", "returns ", "in ", "spring, ", "over ", "sea ", "and ", "stone.\n", "é ",
    ]
    let order = RandomStream(seed: seed, name: "words").integers(below: words.count, at: 0..<UInt64(count))
    return String(order.map { words[$0] }.joined().unicodeScalars.prefix(count))
  }

  /// Documents of uneven lengths, some longer than a context.
  static let documents = [90, 7, 41, 260, 1, 33, 150, 64, 12, 205].enumerated().map { number, count in
    text(count, seed: UInt64(number))
  }

  /// A recipe whose steps take a few milliseconds.
  static func recipe(_ change: (inout LanguageModelRecipe) -> Void = { _ in }) -> LanguageModelRecipe {
    var recipe = LanguageModelRecipe()
    recipe.tokenizer = "characters"
    recipe.layers = 2
    recipe.heads = 2
    recipe.width = 16
    recipe.context = 16
    recipe.batchSize = 6
    recipe.steps = 20
    recipe.learningRate = 1e-2
    recipe.warmup = 3
    recipe.evaluateEvery = 5
    change(&recipe)
    return recipe
  }

  /// Runs `body` with a directory that holds a text file, and the recipe for it.
  static func withRun(
    _ change: (inout LanguageModelRecipe) -> Void = { _ in },
    _ body: (String, LanguageModelRecipe) throws -> Void
  ) throws {
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(text(1500), to: "\(directory)/text.txt")
      try body(
        directory,
        recipe {
          $0.data = ["\(directory)/text.txt"]
          change(&$0)
        })
    }
  }
}
