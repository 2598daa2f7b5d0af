import MartletModel
import MartletTensor
import MartletText

@testable import MartletTraining

/// Small models and rows to fine-tune with.
enum FineTuningRuns {
  /// A template that names each turn's role, and writes `#` where the assistant's turn ends.
  static let template =
    "{% for m in messages %}[{{ m.role }}]{% if m.role == 'assistant' %}"
    + "{% generation %}{{ m.content }}#{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}"
    + "{% if add_generation_prompt %}[assistant]{% endif %}"

  private static func words(_ count: Int, seed: Int) -> String { TestRuns.text(count, seed: UInt64(seed)) }

  /// Rows of instructions of all forms.
  static let instructions: [String] = (0..<14).map { number in
    let (prompt, answer) = (words(4 + number % 5, seed: number), words(6 + number % 7, seed: 100 + number))
    let row: JSON =
      switch number % 3 {
      case 0: ["prompt": .string(prompt), "completion": .string(answer)]
      case 1:
        [
          "messages": [
            ["role": "user", "content": .string(prompt)], ["role": "assistant", "content": .string(answer)],
          ]
        ]
      default: ["text": .string(prompt + answer)]
      }
    return row.compact
  }

  /// Rows of preferences: pairs, pairs with a margin, rankings.
  static let preferences: [String] = (0..<14).map { number in
    let prompt = JSON.string(words(4 + number % 5, seed: number))
    let answers = (0..<3).map { JSON.string(words(5 + (number + $0) % 6, seed: 200 + 3 * number + $0)) }
    let row: JSON =
      switch number % 3 {
      case 0: ["prompt": prompt, "chosen": answers[0], "rejected": answers[1]]
      case 1: ["prompt": prompt, "chosen": answers[0], "rejected": answers[1], "margin": 0.5]
      default: ["prompt": prompt, "ranked": .array(answers)]
      }
    return row.compact
  }

  /// Runs `body` with a directory that holds `model` and `rows.jsonl`, and a recipe of a few short steps.
  static func with<Task>(
    _ rows: [String], _ change: (inout FineTuningRecipe<Task>) -> Void = { _ in },
    _ body: (_ directory: String, FineTuningRecipe<Task>) throws -> Void
  ) throws {
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(TestRuns.text(600), to: "\(directory)/text.txt")
      try TestRuns.recipe {
        ($0.data, $0.tokenizer) = (["\(directory)/text.txt"], "bytes")
        ($0.architecture, $0.context) = ("llama", 48)
      }.writeNewModel(to: "\(directory)/model")
      try FileSystem.write(template, to: "\(directory)/model/chat_template.jinja")
      try FileSystem.write(rows.joined(separator: "\n"), to: "\(directory)/rows.jsonl")
      var recipe = FineTuningRecipe<Task>()
      (recipe.base, recipe.data) = ("\(directory)/model", ["\(directory)/rows.jsonl"])
      (recipe.validationFraction, recipe.epochs) = (0.2, nil)
      (recipe.settings.batchSize, recipe.settings.steps, recipe.settings.evaluateEvery) = (5, 9, 4)
      recipe.settings.learningRate = 1e-2
      recipe.templateTime = TemplateTime(year: 2026, month: 5, day: 1)
      change(&recipe)
      try body(directory, recipe)
    }
  }
}
