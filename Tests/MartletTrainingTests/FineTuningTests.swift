import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

/// Fine-tuning as a run: kept, exact, and strict about its rows.
@Suite struct FineTuningTests {
  /// Checks that a run which is stopped and taken up again, and one in other micro-batches, end with the same bits.
  func checkKept<Task>(
    _ rows: [String], of task: Task.Type = Task.self, _ change: (inout FineTuningRecipe<Task>) -> Void
  ) throws {
    try FineTuningRuns.with(rows, change) { directory, recipe in
      let (whole, stopped, split) = ("\(directory)/whole", "\(directory)/stopped", "\(directory)/split")
      let expected = try FineTuning<Task>(recipe, output: whole).run()
      #expect(expected.ending == .finished)
      let first = try FineTuning<Task>(recipe, output: stopped)
      #expect(try first.run(shouldStop: { first.trainer.step == 6 }).ending == .stopped)
      let second = try FineTuning<Task>(resuming: stopped)
      #expect(second.trainer.step == 6)
      let found = try second.run()
      #expect(found.validationLoss == expected.validationLoss && found.trainLoss == expected.trainLoss)
      try expectSameFiles(stopped, whole)

      var inParts = recipe
      inParts.settings.microBatchSize = 2
      #expect(try FineTuning<Task>(inParts, output: split).run().trainLoss == expected.trainLoss)
      let state = RunDirectory.File.state
      #expect(try FileSystem.read("\(split)/\(state)") == FileSystem.read("\(whole)/\(state)"))
    }
  }

  @Test func instructionsAreKept() throws {
    try checkKept(FineTuningRuns.instructions, of: SupervisedTask.self) { $0.settings.dropout = 0.1 }
  }

  @Test func rewardsAreKept() throws {
    try checkKept(FineTuningRuns.preferences, of: RewardTask.self) { $0.task.centring = 0.1 }
  }

  @Test func adaptersAreKept() throws {
    let adaptation = LowRankAdaptation(rank: 3, alpha: 6, dropout: 0.1, isDecomposed: true)
    try checkKept(FineTuningRuns.instructions, of: SupervisedTask.self) { $0.adaptation = adaptation }
    try checkKept(FineTuningRuns.preferences, of: RewardTask.self) { $0.adaptation = adaptation }
  }

  @Test func frozenPartsAreKept() throws {
    try checkKept(FineTuningRuns.preferences, of: RewardTask.self) {
      $0.settings.groups = [ParameterGroup(path: "trunk", rate: 0)]
    }
  }

  @Test func aLossIsLearned() throws {
    try FineTuningRuns.with(FineTuningRuns.preferences) { _, recipe in
      var recipe: FineTuningRecipe<RewardTask> = recipe
      recipe.settings.steps = 60
      let trainer = try FineTuner(recipe)
      let before = try #require(trainer.recipe.task.evaluate(trainer.model, on: trainer.examples)["accuracy"])
      for _ in 0..<60 { _ = try trainer.takeStep() }
      let after = try #require(trainer.recipe.task.evaluate(trainer.model, on: trainer.examples)["accuracy"])
      #expect(after > 0.95 && after > before)
    }
  }

  @Test func anAdapterLeavesTheBaseAlone() throws {
    try FineTuningRuns.with(FineTuningRuns.instructions) { directory, recipe in
      var recipe: FineTuningRecipe<SupervisedTask> = recipe
      recipe.adaptation = LowRankAdaptation(rank: 2)
      let before = try TestFiles.contents(of: "\(directory)/model")
      let base = try LanguageModel(directory: "\(directory)/model")
      let training = try FineTuning<SupervisedTask>(recipe, output: "\(directory)/run")
      _ = try training.run()
      #expect(try TestFiles.contents(of: "\(directory)/model") == before)
      let model = training.trainer.model
      let byName = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value.scalars) })
      for parameter in base.parameters { #expect(byName[parameter.name] == parameter.value.scalars) }
      let files = try FileSystem.names(inDirectory: "\(directory)/run")
      #expect(files.contains("adapter_model.safetensors") && !files.contains("model.safetensors"))

      // A base that has changed meanwhile can't be gone on with.
      base.parameters[0].value = base.parameters[0].value * 2
      try base.saveWeights(to: "\(directory)/model")
      let error = #expect(throws: MartletError.self) {
        _ = try FineTuning<SupervisedTask>(resuming: "\(directory)/run", steps: 20)
      }
      #expect(error?.message.contains("is not the one it was started with") == true)
    }
  }

  @Test func everyProblemIsToldAtOnce() throws {
    let rows =
      [
        #"{"prompt": "a", "completion": "b"}"#,
        #"{"prompt": "a", "#,
        #"{"prompt": "a"}"#,
        #"{"prompt": "a", "completion": "b", "extra": 1}"#,
        #"{"prompt": "a", "completion": " "}"#,
        #"{"prompt": "a", "messages": []}"#,
        #"{"prompt": "a", "completion": ""# + String(repeating: "long", count: 30) + #""}"#,
        #"["no object"]"#,
      ] + FineTuningRuns.instructions
    try FineTuningRuns.with(rows) { directory, recipe in
      var recipe: FineTuningRecipe<SupervisedTask> = recipe
      let error = try #require(
        #expect(throws: MartletError.self) { _ = try FineTuning(recipe, output: "\(directory)/run") })
      #expect(error.message.hasPrefix("7 of 22 rows can't be used"))
      for line in 2...8 { #expect(error.message.contains("rows.jsonl, line \(line): "), "\(error.message)") }
      #expect(!FileSystem.exists("\(directory)/run"))

      recipe.skipsBadRows = true
      let training = try FineTuning(recipe, output: "\(directory)/run")
      #expect(training.trainer.skipped.all.map(\.line).sorted() == Array(2...8))
      #expect(training.trainer.examples.count + training.trainer.heldOut.count == 15)

      recipe.truncates = true
      #expect(try FineTuner(recipe).skipped.all.count == 6)
    }
  }

  @Test func aFailingTemplateIsAProblemOfItsRow() throws {
    try FineTuningRuns.with(FineTuningRuns.instructions) { directory, recipe in
      var recipe: FineTuningRecipe<SupervisedTask> = recipe
      recipe.template = "\(directory)/strict.jinja"
      try FileSystem.write(
        "{{ raise_exception('roles must alternate') }}", to: "\(directory)/strict.jinja")
      let error = #expect(throws: MartletError.self) { _ = try FineTuner(recipe) }
      #expect(error?.message.contains("roles must alternate") == true, "\(error?.message ?? "")")
    }
  }

  @Test func aRecipeIsReadAsItWasWritten() throws {
    var recipe = FineTuningRecipe<RewardTask>()
    (recipe.base, recipe.data, recipe.context) = ("/model", ["/a.jsonl"], 9)
    (recipe.task.loss, recipe.isShuffled, recipe.skipsBadRows) = (.plackettLuce, false, true)
    recipe.adaptation = LowRankAdaptation(rank: 2, alpha: 3, dropout: 0.1, layers: ["query"], blocks: [3, 1])
    let read = try FineTuningRecipe<RewardTask>(parsing: recipe.text, file: "recipe.json")
    #expect(read == recipe && read.text == recipe.text, "\(read.text) \(recipe.text)")
    let other = #expect(throws: MartletError.self) {
      _ = try FineTuningRecipe<SupervisedTask>(parsing: recipe.text, file: "recipe.json")
    }
    #expect(other?.message.contains("it is a recipe of the kind \"reward\", not \"sft\"") == true)
    #expect(throws: MartletError.self) {
      _ = try LanguageModelRecipe(parsing: recipe.text, file: "recipe.json")
    }
  }

  @Test func aBatchThatNoMachineHolds() throws {
    try FineTuningRuns.with(FineTuningRuns.preferences) { _, recipe in
      var recipe: FineTuningRecipe<RewardTask> = recipe
      recipe.settings.batchSize = Int(Int32.max) - 1
      expectError("needs at least", "this machine has", "--batch-size") { _ = try FineTuner(recipe) }
    }
  }

  @Test func contradictionsNameTheirOption() {
    func problem(_ change: (inout FineTuningRecipe<SupervisedTask>) -> Void) -> String {
      var recipe = FineTuningRecipe<SupervisedTask>()
      (recipe.base, recipe.data) = ("model", ["rows.jsonl"])
      change(&recipe)
      return recipe.problem ?? ""
    }
    #expect(problem { _ in } == "")
    #expect(problem { $0.base = nil }.contains("--from"))
    #expect(problem { $0.data = [] }.contains("--data"))
    #expect(problem { $0.epochs = 0 }.contains("--epochs"))
    #expect(problem { $0.context = 0 }.contains("--context"))
    #expect(problem { $0.validationFraction = 1 }.contains("--validation-fraction"))
    #expect(problem { ($0.settings.patience, $0.validationFraction) = (1, 0) }.contains("--patience"))
    #expect(problem { $0.settings.batchSize = 0 }.contains("--batch-size"))
  }
}
