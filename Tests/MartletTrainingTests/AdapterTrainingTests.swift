import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

/// Training changes of low rank: exact, beside weights that keep every bit, and the same when read again or merged.
@Suite struct AdapterTrainingTests {
  /// A family, of which GPT-2 and Phi-3 keep several products in one module, and how it is adapted.
  struct Case: Sendable, CustomStringConvertible {
    let family: String
    let adaptation: LowRankAdaptation
    var description: String { family }

    static let all = [
      Case(
        family: "gpt2", adaptation: LowRankAdaptation(rank: 3, alpha: 6, dropout: 0.2, isDecomposed: true)),
      Case(family: "phi3", adaptation: LowRankAdaptation(rank: 4, dropout: 0.1, isRankStabilized: true)),
      Case(
        family: "gpt_neox", adaptation: LowRankAdaptation(rank: 2, layers: ["query", "key", "value", "up"])),
    ]
  }

  /// Runs `body` with a recipe of rewards over a new model of the family.
  private func withRecipe(
    _ test: Case, _ body: (_ directory: String, FineTuningRecipe<RewardTask>) throws -> Void
  ) throws {
    try FineTuningRuns.with(FineTuningRuns.preferences) { directory, recipe in
      var recipe: FineTuningRecipe<RewardTask> = recipe
      try TestRuns.recipe {
        ($0.data, $0.tokenizer, $0.architecture, $0.context) = (
          ["\(directory)/text.txt"], "bytes", test.family, 48
        )
      }.writeNewModel(to: "\(directory)/base")
      (recipe.base, recipe.adaptation, recipe.settings.steps) = ("\(directory)/base", test.adaptation, 4)
      try body(directory, recipe)
    }
  }

  private func trained(_ recipe: FineTuningRecipe<RewardTask>) throws -> FineTuner<RewardTask> {
    let trainer = try FineTuner(recipe)
    for _ in 0..<recipe.settings.steps { _ = try trainer.takeStep() }
    return trainer
  }

  private func values(_ model: Model<ScalarHead>) -> [String] {
    model.parameters.map { parameter in
      var digest = Digest()
      digest.combine(parameter.value.scalars)
      return "\(parameter.name) \(digest.text)"
    }
  }

  /// The same bits for every instruction set, number of threads, micro-batch and with blocks computed again.
  @Test(arguments: Case.all) func stepsAreExact(_ test: Case) throws {
    try withRecipe(test) { _, recipe in
      let expected = try CPUExecution.with(threads: 1) { values(try trained(recipe).model) }
      for set in CPUExecution.InstructionSet.allCases where set.isAvailable {
        let found = try CPUExecution.with(instructionSet: set, threads: 3) {
          values(try trained(recipe).model)
        }
        #expect(found == expected, "\(set.name)")
      }
      for (rows, isCheckpointed) in [(1, false), (3, true), (2, false)] {
        var other = recipe
        (other.settings.microBatchSize, other.settings.usesCheckpointing) = (rows, isCheckpointed)
        #expect(values(try trained(other).model) == expected, "\(rows) rows at a time")
      }
    }
  }

  /// What is measured between steps leaves no trace in them, in either precision.
  @Test(arguments: [ProductPrecision.float32, .bfloat16]) func evaluationsLeaveNoTrace(
    precision: ProductPrecision
  ) throws {
    try withRecipe(Case.all[0]) { _, recipe in
      var recipe = recipe
      recipe.settings.precision = precision
      let expected = values(try trained(recipe).model)
      let trainer = try FineTuner(recipe)
      for _ in 0..<recipe.settings.steps {
        _ = trainer.evaluate()
        _ = try trainer.takeStep()
      }
      #expect(values(trainer.model) == expected)
    }
  }

  /// The weights that are adapted do not change by one bit, and all of the changes do, and the head.
  @Test(arguments: Case.all) func frozenWeightsKeepEveryBit(_ test: Case) throws {
    try withRecipe(test) { directory, recipe in
      let base = try LanguageModel(directory: "\(directory)/base")
      let start = try FineTuner(recipe)
      let before = Dictionary(
        uniqueKeysWithValues: start.model.parameters.map { ($0.name, bits($0.value.scalars)) })
      let model = try trained(recipe).model
      let ofBase = Dictionary(
        uniqueKeysWithValues: base.decoder.parameters.map { ($0.name, bits($0.value.scalars)) })
      for parameter in model.parameters {
        let value = bits(parameter.value.scalars)
        if let expected = ofBase[parameter.name] {
          #expect(value == expected, "\(parameter.name)")
        } else {
          #expect(value != before[parameter.name], "\(parameter.name)")
        }
      }
      #expect(model.parameters.count > ofBase.count + 1)
    }
  }

  /// A run's adapter gives the rewards of the trained model, to the bit; merged, within 1e-5.
  @Test(arguments: Case.all) func aRunsAdapterIsTheTrainedModel(_ test: Case) throws {
    try withRecipe(test) { directory, recipe in
      let training = try FineTuning<RewardTask>(recipe, output: "\(directory)/run")
      _ = try training.run()
      let tokens = (0..<40).map { Int32($0 * 7 % 200) }
      func rewards(_ model: Model<ScalarHead>) -> [Float] {
        let offsets: [Int32] = [0, 11, 40]
        return withoutGradients {
          model.head.rewards(model.decoder.hiddenStates(of: tokens, offsets: offsets), offsets: offsets)
            .scalars
        }
      }
      let expected = rewards(training.trainer.model)
      #expect(bits(rewards(try Model<ScalarHead>(directory: "\(directory)/run"))) == bits(expected))
      try AdapterMerge().merge("\(directory)/run", to: "\(directory)/merged")
      let merged = rewards(try Model<ScalarHead>(directory: "\(directory)/merged"))
      #expect(zip(merged, expected).allSatisfy { abs($0 - $1) < 1e-5 })
      let scorer = try RowScorer(directory: "\(directory)/run")
      #expect(scorer.tokenizer.vocabularySize == training.trainer.tokenizer.vocabularySize)
    }
  }

  /// What can't be adapted is said before anything is written.
  @Test func layersOfOneModule() throws {
    try withRecipe(Case.all[0]) { directory, recipe in
      var recipe = recipe
      recipe.adaptation?.layers = ["query"]
      expectError("--lora-layers", "query, key and value in one module", "not query alone") {
        _ = try FineTuning<RewardTask>(recipe, output: "\(directory)/run")
      }
      #expect(!FileSystem.exists("\(directory)/run"))
    }
  }

  /// An adapter is no model to start from.
  @Test func anAdapterAsABase() throws {
    try withRecipe(Case.all[1]) { directory, recipe in
      _ = try FineTuning<RewardTask>(recipe, output: "\(directory)/run").run()
      var next = recipe
      next.base = "\(directory)/run"
      for adaptation in [nil, recipe.adaptation] {
        next.adaptation = adaptation
        expectError("run holds an adapter", "martlet merge") { _ = try FineTuner(next) }
      }
      expectError("run holds an adapter") { _ = try LanguageModelRecipe(continuing: "\(directory)/run") }
    }
  }
}

private func bits(_ numbers: [Float]) -> [UInt32] { numbers.map(\.bitPattern) }
