import MartletModel
import MartletTensor
import Testing

@testable import MartletTraining

/// Parts that are frozen, or learn at rates of their own.
@Suite struct ParameterGroupTests {
  private func trainer(
    _ groups: [(String, Double)], _ change: (inout LanguageModelRecipe) -> Void = { _ in }
  ) throws -> LanguageModelTrainer {
    let recipe = TestRuns.recipe { recipe in
      // Where nothing is clipped, no parameter's step depends on another's gradient.
      (recipe.architecture, recipe.clip, recipe.isTied) = ("llama", 0, false)
      recipe.groups = groups.map { ParameterGroup(path: $0.0, rate: $0.1) }
      change(&recipe)
    }
    return try LanguageModelTrainer(recipe, data: TextData(name: "text", documents: TestRuns.documents))
  }

  private func values(_ trainer: LanguageModelTrainer) -> [String: [UInt32]] {
    Dictionary(
      uniqueKeysWithValues: trainer.model.parameters.map { ($0.name, $0.value.scalars.map(\.bitPattern)) })
  }

  /// Every path freezes what it is a prefix of, to the bit, and nothing else.
  @Test(arguments: [
    ["trunk"], ["head"], ["blocks"], ["blocks.1"], ["blocks.0.attention.query.weight"],
    ["tokenEmbedding", "blocks.0.feedForward", "finalNormalization.weight"],
  ]) func frozenPartsKeepEveryBit(paths: [String]) throws {
    for dropout in [Float(0), 0.1] {
      let trainer = try trainer(paths.map { ($0, 0) }) {
        ($0.dropout, $0.usesCheckpointing) = (dropout, dropout > 0)
      }
      let before = values(trainer)
      for _ in 0..<3 { _ = try trainer.takeStep() }
      for (name, value) in values(trainer) {
        let isFrozen = paths.contains { path in
          path == "trunk" ? !name.hasPrefix("head") : name == path || name.hasPrefix(path + ".")
        }
        #expect((value == before[name]) == isFrozen, "\(name)")
        #expect((trainer.progress.optimizer.moments[name] == nil) == isFrozen)
      }
    }
  }

  /// The norm that clipping bounds is of what is trained.
  @Test func theNormIsOfWhatIsTrained() throws {
    let trainer = try trainer([("trunk", 0)])
    let report = try trainer.takeStep()
    let whole = try self.trainer([]).takeStep()
    #expect(report.loss == whole.loss && report.gradientNorm < whole.gradientNorm)
    // The gradient of the head, found by itself.
    let other = try self.trainer([])
    var loss = LossSum()
    let batches = other.microBatches(step: 0)
    let weight = batches.reduce(0.0) { $0 + $1.totalWeight }
    for batch in batches {
      other.objective.accumulate(
        batch, other.model, TrainingPass(dropout: nil, isCheckpointed: false, load: nil), totalWeight: weight,
        into: &loss)
    }
    let head = other.model.parameters.filter { $0.name.hasPrefix("head") }
    #expect(report.gradientNorm == GradientNorm.of(head))
  }

  /// In the first step, before parameters see each other's, one of half the rate moves as in a run of half the rate.
  @Test func aRateIsARunsOfThatRate() throws {
    let mixed = try trainer([("blocks", 0.5), ("blocks.1.attention", 1), ("head.weight", 0.25)])
    _ = try mixed.takeStep()
    func run(at factor: Double) throws -> [String: [UInt32]] {
      let trainer = try trainer([]) { $0.learningRate *= factor }
      _ = try trainer.takeStep()
      return values(trainer)
    }
    let (whole, half, quarter) = (try run(at: 1), try run(at: 0.5), try run(at: 0.25))
    for (name, value) in values(mixed) {
      let expected =
        name.hasPrefix("blocks.1.attention.") || !name.hasPrefix("blocks") && name != "head.weight"
        ? whole : name == "head.weight" ? quarter : half
      #expect(value == expected[name], "\(name)")
    }
    #expect(half.values.first != whole.values.first)
  }

  @Test func pathsThatAreNoParameters() {
    for (path, expected) in [
      ("heads", "known are trunk, tokenEmbedding, blocks, finalNormalization, head"),
      ("blocks.7", "after \"blocks\" come 0 to 1"),
      ("blocks.0.att", "after \"blocks.0\" come attentionNormalization, attention, feedForwardN"),
      ("blocks.0.attention.query.weight.x", "after \"blocks.0.attention.query\" come weight"),
      ("head.", "after \"head\" come weight"), (".", "known are"),
    ] {
      for rate in [0, 0.5] { expectError("\"\(path)\"", expected) { _ = try trainer([(path, rate)]) } }
    }
    expectError("every parameter is frozen") { _ = try trainer([("trunk", 0), ("head", 0)]) }
    expectError("--rate head", "-1.0") { _ = try trainer([("head", -1)]) }
    expectError("--rate head", "inf") { _ = try trainer([("head", .infinity)]) }
    expectError("head twice") { _ = try trainer([("head", 0), ("head", 1)]) }
    expectError("need the path") { _ = try trainer([("", 0)]) }
  }
}
