import MartletModel
import MartletText
import Testing

@testable import MartletTraining

/// Runs that end before their steps are taken: numbers that are not finite, and no improvement.
@Suite struct UnstableTrainingTests {
  /// A learning rate that no model survives.
  private static let absurd: @Sendable (inout LanguageModelRecipe) -> Void = {
    ($0.learningRate, $0.warmup, $0.schedule) = (1e30, 0, .constant)
  }

  @Test(arguments: ["gpt2", "llama"]) func aLossThatIsNotFiniteKeepsTheLastGoodState(form: String) throws {
    try TestRuns.withRun({
      Self.absurd(&$0)
      ($0.architecture, $0.evaluateEvery) = (form, 50)
    }) { directory, recipe in
      let run = "\(directory)/run"
      let training = try LanguageModelTraining(recipe, output: run)
      let before = try TestFiles.contents(of: run)
      expectError(
        "at step ", "not finite", "learning rate", "--learning-rate", "\(run) keeps its state of step 0"
      ) { _ = try training.run() }
      let after = try TestFiles.contents(of: run)
      #expect(after.keys.sorted() == before.keys.sorted())
      for name in before.keys where name != "metrics.jsonl" { #expect(after[name] == before[name]) }
      #expect(
        try LanguageModel(directory: run).parameters.allSatisfy { $0.value.scalars.allSatisfy(\.isFinite) })
      #expect(try LanguageModelTraining(resuming: run).trainer.step == 0)
      #expect(try FileSystem.read("\(run)/metrics.jsonl").isEmpty)
    }
  }

  /// Even when every step is saved, with or without held-out text to notice by, no save is broken.
  @Test(arguments: ["gpt2", "llama"], [0, 0.1]) func noSaveHoldsANumberThatIsNotFinite(
    form: String, fraction: Double
  ) throws {
    for rate in [1e15, 1e30, 1e38, 1e60] {
      try TestRuns.withRun({
        Self.absurd(&$0)
        ($0.architecture, $0.evaluateEvery, $0.validationFraction) = (form, 1, fraction)
        $0.learningRate = rate
      }) { directory, recipe in
        let run = "\(directory)/run"
        let training = try LanguageModelTraining(recipe, output: run)
        expectError("not finite", "learning rate", run) { _ = try training.run() }
        for file in ["model.safetensors", "state.safetensors"] {
          let stored = try Safetensors(file: "\(run)/\(file)")
          for name in stored.names {
            let tensor = try #require(try stored[name])
            #expect(tensor.scalars.allSatisfy { $0.isFinite }, "\(rate), \(file), \(name)")
          }
        }
        _ = try LanguageModelTraining(resuming: run)
      }
    }
  }

  /// A failed step changes neither the weights nor the optimiser.
  @Test func aFailedStepChangesNothing() throws {
    var recipe = TestRuns.recipe()
    Self.absurd(&recipe)
    let trainer = try LanguageModelTrainer(
      recipe, data: TextData(name: "text", documents: [TestRuns.text(1000)]))
    var before = trainer.model.parameters.map { $0.value.littleEndianBytes }
    var steps = 0
    while steps < 20 {
      do { _ = try trainer.takeStep() } catch { break }
      before = trainer.model.parameters.map { $0.value.littleEndianBytes }
      steps += 1
    }
    #expect(steps < 20 && trainer.step == steps && trainer.recentLosses.count == steps)
    #expect(trainer.model.parameters.map { $0.value.littleEndianBytes } == before)
    #expect(trainer.model.parameters.allSatisfy { $0.gradient == nil })
  }

  @Test func stopsWhenNothingImproves() throws {
    let still: (inout LanguageModelRecipe) -> Void = {
      // Steps too small to change a weight, so the first evaluation stays the best.
      ($0.learningRate, $0.optimizer.weightDecay, $0.evaluateEvery, $0.patience) = (1e-30, 0, 2, 3)
    }
    try TestRuns.withRun(still) { directory, recipe in
      let run = "\(directory)/run"
      let training = try LanguageModelTraining(recipe, output: run)
      let result = try training.run()
      #expect(result.ending == .noImprovement && training.trainer.step == 8)
      #expect(result.validationLoss != nil)

      // The count of evaluations is part of the state: stopped in between, it ends at the same step.
      let first = try LanguageModelTraining(recipe, output: "\(directory)/stopped")
      _ = try first.run(shouldStop: { first.trainer.step == 5 })
      let second = try LanguageModelTraining(resuming: "\(directory)/stopped")
      #expect(try second.run().ending == .noImprovement && second.trainer.step == 8)
      try expectSameFiles("\(directory)/stopped", run)
      // Taken up again, it has nothing more to do.
      let again = try LanguageModelTraining(resuming: run)
      #expect(try again.run().ending == .noImprovement && again.trainer.step == 8)
    }
    // A run that improves goes on.
    try TestRuns.withRun({ ($0.patience, $0.evaluateEvery) = (1, 5) }) { directory, recipe in
      let result = try LanguageModelTraining(recipe, output: "\(directory)/run").run()
      #expect(result.ending == .finished)
    }
  }
}
