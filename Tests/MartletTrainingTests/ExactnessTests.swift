import MartletModel
import MartletTensor
import Testing

@testable import MartletTraining

/// Losses and weights after 20 steps are the same bits however the work is done.
@Suite struct ExactnessTests {
  /// A recipe, by what is special about it.
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let recipe: LanguageModelRecipe

    init(_ description: String, _ change: (inout LanguageModelRecipe) -> Void) {
      self.description = description
      recipe = TestRuns.recipe {
        $0.batchSize = 12
        $0.width = 32
        $0.heads = 4
        $0.context = 36
        change(&$0)
      }
    }

    static let all = [
      Case("GPT-2, tied, windows, dropout") { ($0.isTied, $0.dropout) = (true, 0.1) },
      Case("GPT-2, untied, no biases, documents, dropout") {
        ($0.isTied, $0.hasBias, $0.packing, $0.dropout) = (false, false, .documents, 0.25)
      },
      Case("Llama, grouped, untied, windows") { ($0.architecture, $0.keyValueHeads) = ("llama", 2) },
      Case("Llama, tied, documents, dropout") {
        ($0.architecture, $0.isTied, $0.packing, $0.dropout) = ("llama", true, .documents, 0.1)
      },
      Case("Mixtral, windows, dropout") {
        ($0.architecture, $0.experts, $0.expertsPerToken, $0.dropout) = ("mixtral", 5, 2, 0.1)
        $0.balance = 0.1
      },
      Case("GPT-OSS, documents") {
        ($0.architecture, $0.experts, $0.packing, $0.balance) = ("gpt_oss", 4, .documents, 0.05)
      },
      Case("Qwen3-MoE, bfloat16, windows") {
        ($0.architecture, $0.experts, $0.precision) = ("qwen3_moe", 3, .bfloat16)
      },
      Case("GPT-2, bfloat16, windows, dropout") { ($0.precision, $0.dropout) = (.bfloat16, 0.1) },
      Case("Llama, bfloat16, untied, documents") {
        ($0.precision, $0.architecture, $0.packing) = (.bfloat16, "llama", .documents)
      },
    ]
  }

  /// All that 20 steps leave behind, as bits.
  struct Trace: Equatable {
    var reports: [StepReport] = []
    var weights = ""
    var moments = ""
    var heldOut: Double?
  }

  private func trace(_ recipe: LanguageModelRecipe) throws -> Trace {
    let data = try TextData(name: "documents", documents: TestRuns.documents)
    let trainer = try LanguageModelTrainer(recipe, data: data)
    var trace = Trace()
    for _ in 0..<20 { trace.reports.append(try trainer.takeStep()) }
    var (weights, moments) = (Digest(), Digest())
    for parameter in trainer.model.parameters {
      weights.combine(parameter.value.scalars)
      moments.combine(try #require(trainer.progress.optimizer.moments[parameter.name]).mean.scalars)
      moments.combine(try #require(trainer.progress.optimizer.moments[parameter.name]).variance.scalars)
    }
    (trace.weights, trace.moments, trace.heldOut) = (weights.text, moments.text, trainer.evaluate()?.loss.sum)
    return trace
  }

  @Test(arguments: Case.all) func threadsAndInstructionSets(of test: Case) throws {
    let expected = try CPUExecution.with(threads: 1) { try trace(test.recipe) }
    #expect(expected.reports[19].loss < expected.reports[0].loss)
    for set in CPUExecution.InstructionSet.allCases {
      guard set.isAvailable else {
        print("skipped: this machine has no \(set.name)")
        continue
      }
      // The portable kernels are slow where the compiler may not assume fused multiply-adds: two threads will do,
      // as how work is divided does not depend on the instruction set.
      for threads in set == .portable ? 2...2 : 1...3 {
        let found = try CPUExecution.with(instructionSet: set, threads: threads) { try trace(test.recipe) }
        #expect(found == expected, "\(set.name), \(threads) threads")
      }
    }
  }

  /// Four micro-batches of three rows, uneven ones of five, single rows, and blocks computed again.
  @Test(arguments: Case.all) func microBatchesAndCheckpointing(of test: Case) throws {
    let expected = try trace(test.recipe)
    for (rows, isCheckpointed) in [(3, false), (5, true), (1, false), (12, true), (11, false)] {
      var recipe = test.recipe
      recipe.microBatchSize = rows
      recipe.usesCheckpointing = isCheckpointed
      #expect(try trace(recipe) == expected, "\(rows) rows at a time, checkpointing \(isCheckpointed)")
    }
  }

  /// A mask belongs to its step: the same batch under weights that stand still loses otherwise at each, and the
  /// same when the step is taken again.
  @Test func everyStepHasItsOwnMask() throws {
    let trainer = try LanguageModelTrainer(
      Case.all[0].recipe, data: TextData(name: "documents", documents: TestRuns.documents))
    let batch = TokenBatch([Array(1...15), Array(2...9)])
    let work = TrainingStep(clip: 1, dropout: 0.25, seed: 1)
    func losses() throws -> [Double] {
      var optimizer = AdamW(AdamW.Settings(weightDecay: 0))
      return try (0..<5).map { _ in
        try work.run([batch], trainer.objective, trainer.model, &optimizer, learningRate: 1e-30).loss
      }
    }
    let first = try losses()
    #expect(Set(first).count == 5)
    #expect(try losses() == first)
  }

  /// What is compared is not blind: another seed, rate or mask gives other bits.
  @Test func otherRecipesGiveOtherBits() throws {
    let recipe = Case.all[0].recipe
    let expected = try trace(recipe)
    for change: (inout LanguageModelRecipe) -> Void in [
      { $0.seed = 2 }, { $0.learningRate *= 1 + 1e-6 }, { $0.dropout = 0.11 }, { $0.clip = 0.01 },
      { $0.batchSize = 11 }, { $0.precision = .bfloat16 }, { $0.optimizer.weightDecay = 0 },
    ] {
      var other = recipe
      change(&other)
      let found = try trace(other)
      #expect(found.weights != expected.weights && found.moments != expected.moments)
    }
  }
}
