import MartletInference
import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

extension FineTuningRuns {
  /// Rows of outcomes of all forms: an answer is right when it says "yes".
  static let outcomes: [String] = (0..<20).map { number in
    let label: JSON = number % 5 == 4 ? .number(number % 2 == 0 ? 0.9 : 0.1) : .bool(number % 2 == 0)
    let (question, answer) = ("q\(number)", number % 2 == 0 ? "yes \(number)" : "no \(number)")
    let row: JSON =
      number % 3 == 2
      ? [
        "messages": [
          ["role": "user", "content": .string(question)], ["role": "assistant", "content": .string(answer)],
        ], "label": label,
      ] : ["prompt": .string(question), "completion": .string(answer), "label": label]
    return row.compact
  }

  /// Rows of steps: one is wrong when it says "bad".
  static let steps: [String] = (0..<20).map { number in
    let labels = (0..<1 + number % 3).map { (number + $0) % 2 == 0 }
    let steps = labels.enumerated().map { JSON.string(($1 ? "good" : "bad") + " \($0)") }
    let prompt: JSON =
      number % 4 == 3 ? [["role": "user", "content": .string("q\(number)")]] : .string("q\(number)")
    let row: JSON = [
      "prompt": prompt, "completions": .array(steps), "labels": .array(labels.map { .bool($0) }),
    ]
    return row.compact
  }

  /// Rows of three classes, of all forms.
  static let classes: [String] = (0..<60).map { number in
    let word = ["sea", "stone", "spring"][number % 3]
    let label: JSON = .string(word.uppercased())
    let row: JSON =
      switch number % 4 {
      case 0: ["messages": [["role": "user", "content": .string("\(word) \(number)")]], "label": label]
      case 1: ["prompt": .string("in "), "completion": .string("\(word) \(number)"), "label": label]
      default: ["text": .string("\(number) \(word)"), "label": label]
      }
    return row.compact
  }
}

/// Runs that learn labels.
extension FineTuningTests {
  @Test func outcomesAreKept() throws {
    try checkKept(FineTuningRuns.outcomes, of: OutcomeTask.self) { $0.settings.dropout = 0.1 }
    try checkKept(FineTuningRuns.outcomes, of: SequenceOutcomeTask.self) { _ in }
  }

  @Test func stepsAreKept() throws {
    try checkKept(FineTuningRuns.steps, of: ProcessTask.self) { $0.task.separator = " ;" }
  }

  @Test func classesAreKept() throws {
    try checkKept(FineTuningRuns.classes, of: ClassificationTask.self) { _ in }
    try checkKept(FineTuningRuns.classes, of: ClassificationTask.self) {
      $0.adaptation = LowRankAdaptation(rank: 2)
    }
  }

  /// What a run writes is read again with its classes, and says the same.
  @Test func classesAreInTheFiles() throws {
    try FineTuningRuns.with(FineTuningRuns.classes) { directory, recipe in
      var recipe: FineTuningRecipe<ClassificationTask> = recipe
      recipe.settings.steps = 120
      let training = try FineTuning<ClassificationTask>(recipe, output: "\(directory)/run")
      let result = try training.run()
      #expect(try #require(result.heldOut?["accuracy"]) > 0.9)
      #expect(try #require(result.heldOut?["baseline_accuracy"]) < 0.5)
      #expect(try HeadKind(directory: "\(directory)/run") == .sequenceClassifier(classes: 3))
      let model = try Model<SequenceClassifierHead>(directory: "\(directory)/run")
      #expect(model.head.labels == ClassLabels(["SEA", "SPRING", "STONE"], problem: .singleLabel))
      let tokens = training.trainer.heldOut.map(\.tokens)
      #expect(model.logits(of: tokens) == training.trainer.model.logits(of: tokens))

      // Another run of the same classes goes on with the head; one of others takes a new one.
      recipe.base = "\(directory)/run"
      #expect(try FineTuner(recipe).evaluate()?["accuracy"] == result.heldOut?["accuracy"])
      let others = FineTuningRuns.classes.map { $0.replacing("STONE", with: "ROCK") }
      try FileSystem.write(others.joined(separator: "\n"), to: "\(directory)/rows.jsonl")
      let renamed = try FineTuner(recipe).model
      #expect(renamed.head.classNames == ["ROCK", "SEA", "SPRING"])
      #expect(renamed.head.product.weight.value.scalars != model.head.product.weight.value.scalars)
      #expect(renamed.decoder.parameters[0].value.scalars == model.decoder.parameters[0].value.scalars)

      // So does one of another number of classes, or of another kind of head, over the same trunk.
      let fewer = others.filter { !$0.contains("SEA") }
      try FileSystem.write(fewer.joined(separator: "\n"), to: "\(directory)/rows.jsonl")
      let trunk = try FineTuner(recipe).model.decoder
      #expect(trunk.parameters.map(\.value.scalars) == model.decoder.parameters.map(\.value.scalars))
      var outcomes = FineTuningRecipe<OutcomeTask>()
      try FileSystem.write(FineTuningRuns.outcomes.joined(separator: "\n"), to: "\(directory)/rows.jsonl")
      (outcomes.base, outcomes.data) = (recipe.base, recipe.data)
      #expect(
        try FineTuner(outcomes).model.decoder.parameters[0].value.scalars == trunk.parameters[0].value.scalars
      )
    }
  }

  @Test func outcomesAreInTheFiles() throws {
    try FineTuningRuns.with(FineTuningRuns.outcomes) { directory, recipe in
      let recipe: FineTuningRecipe<OutcomeTask> = recipe
      _ = try FineTuning<OutcomeTask>(recipe, output: "\(directory)/run").run()
      #expect(try HeadKind(directory: "\(directory)/run") == .tokenClassifier(classes: 1))
      let model = try Model<TokenClassifierHead>(directory: "\(directory)/run")
      #expect(model.head.labels == ClassLabels(["right"], problem: .multipleLabels))
    }
    try FineTuningRuns.with(FineTuningRuns.outcomes) { directory, recipe in
      let recipe: FineTuningRecipe<SequenceOutcomeTask> = recipe
      _ = try FineTuning<SequenceOutcomeTask>(recipe, output: "\(directory)/run").run()
      #expect(try HeadKind(directory: "\(directory)/run") == .scalar)
      #expect(try Model<ScalarHead>(directory: "\(directory)/run").head.labels.problem == .multipleLabels)
    }
  }

  /// The places that are learned, in characters since each is a token here.
  @Test func labelsStandWhereTheyShould() throws {
    try FineTuningRuns.with([
      #"{"prompt": "ab", "completion": "cd", "label": true}"#,
      #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "label": 0.5}"#,
    ]) { _, recipe in
      var recipe: FineTuningRecipe<OutcomeTask> = recipe
      recipe.validationFraction = 0
      let examples = try FineTuner(recipe).examples
      // c, d and the end-of-text token that is put after them.
      #expect(examples[0].places == [2, 3, 4] && examples[0].labels == [1, 1, 1])
      // [user]q[assistant]a#
      #expect(examples[1].places == [18, 19] && examples[1].labels == [0.5, 0.5])
    }
    try FineTuningRuns.with([
      #"{"prompt": "ab", "completions": ["cd", "e"], "labels": [1, 0]}"#,
      #"{"prompt": [{"role": "user", "content": "q"}], "completions": ["cd"], "labels": [-1]}"#,
    ]) { _, recipe in
      var recipe: FineTuningRecipe<ProcessTask> = recipe
      (recipe.validationFraction, recipe.task.separator) = (0, "//")
      let trainer = try FineTuner(recipe)
      #expect(trainer.recipe.task.classNames == ["-1", "0", "1"])
      let start = trainer.tokenizer.beginOfText == nil ? 0 : 1
      // ab cd// e//
      #expect(trainer.examples[0].places == [5 + start, 8 + start])
      #expect(trainer.examples[0].labels == ["1", "0"])
      // [user]q[assistant]cd//
      #expect(trainer.examples[1].places == [21])
    }
  }

  @Test func problemsOfLabelsAreToldAtOnce() throws {
    let rows =
      [
        #"{"prompt": "a", "completions": ["b"], "labels": [true, false]}"#,
        #"{"prompt": "a", "completions": ["b"], "labels": [1]}"#,
        #"{"prompt": "a", "completions": "b", "labels": [true]}"#,
        #"{"prompt": "a", "completions": [""# + String(repeating: "long", count: 30)
          + #""], "labels": [true]}"#,
      ] + FineTuningRuns.steps
    try FineTuningRuns.with(rows) { directory, recipe in
      var recipe: FineTuningRecipe<ProcessTask> = recipe
      let error = try #require(#expect(throws: MartletError.self) { _ = try FineTuner(recipe) })
      #expect(error.message.hasPrefix("4 of 24 rows can't be used"), "\(error.message)")
      for (line, fragment) in [
        (1, "2 labels for 1 steps"), (2, "its labels are numbers, and those of most rows are truth values"),
        (3, "must be a list of at least one step"), (4, "more than the context of 48"),
      ] {
        #expect(
          error.message.split(separator: "\n").contains {
            $0.contains("rows.jsonl, line \(line): ") && $0.contains(fragment)
          }, "\(error.message)")
      }
      recipe.skipsBadRows = true
      #expect(try FineTuner(recipe).skipped.all.count == 4)
      recipe.truncates = true
      // Cut, its one step never ends.
      #expect(try FineTuner(recipe).skipped.lines.contains { $0.contains("end before the first step does") })
    }
  }

  @Test func labelsThatSayNothingAreRefused() throws {
    let held = #"{"text": "sky", "label": "SKY"}"#
    try FineTuningRuns.with(FineTuningRuns.classes + [held]) { _, recipe in
      let recipe: FineTuningRecipe<ClassificationTask> = recipe
      let error = #expect(throws: MartletError.self) { _ = try FineTuner(recipe) }
      #expect(
        error?.message.contains(
          "line 61: no row to learn from has the label \"SKY\"; those there have \"SEA\", \"SPRING\", \"STONE\""
        )
          == true, "\(error?.message ?? "")")
    }
    try FineTuningRuns.with((0..<6).map { "{\"text\": \"t\($0)\", \"label\": 1}" }) { _, recipe in
      let recipe: FineTuningRecipe<ClassificationTask> = recipe
      let error = #expect(throws: MartletError.self) { _ = try FineTuner(recipe) }
      #expect(error?.message.contains("is \"1\", so there is nothing to tell apart") == true)
    }
    try FineTuningRuns.with(FineTuningRuns.steps) { _, recipe in
      var recipe: FineTuningRecipe<ProcessTask> = recipe
      recipe.task.separator = ""
      #expect(recipe.problem?.contains("--separator") == true)
    }
  }
}
