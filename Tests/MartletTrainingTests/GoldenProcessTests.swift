import MartletInference
import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

/// Twenty steps follow TRL's `PRMTrainer`, from the same weights on the same rows in the same order.
@Suite struct GoldenProcessTests {
  private let golden: JSONReader

  init() throws { golden = try JSONReader(file: TestFiles.golden("process/golden.json")) }

  /// Runs `body` with the recipe of TRL's run.
  private func withRecipe(_ body: (String, FineTuningRecipe<ProcessTask>) throws -> Void) throws {
    try TestFiles.withTemporaryDirectory { directory in
      let (base, folder) = ("\(directory)/base", TestFiles.golden("process"))
      let trunk = try LanguageModel(
        directory: TestFiles.golden("../../MartletModelTests/Golden/models/llama-grouped"))
      let head = TokenClassifierHead(width: trunk.configuration.width, classes: 2, seed: 0)
      for (parameter, key) in zip(head.parameters, ["head_weight", "head_bias"]) {
        let numbers = try golden.required(key, as: [Double].self)
        parameter.value = Tensor(numbers.map { Float($0) }).reshaped(parameter.value.shape)
      }
      try trunk.replacingHead(with: head).save(to: base)
      for name in ["tokenizer.json", "tokenizer_config.json"] {
        try FileSystem.write(FileSystem.read("\(folder)/\(name)"), to: "\(base)/\(name)")
      }
      var recipe = FineTuningRecipe<ProcessTask>()
      (recipe.base, recipe.data) = (base, ["\(folder)/steps.jsonl"])
      recipe.validationData = ["\(folder)/steps.held-out.jsonl"]
      (recipe.epochs, recipe.isShuffled, recipe.truncates) = (1, false, true)
      (recipe.settings.batchSize, recipe.settings.microBatchSize) = (4, 3)
      (recipe.settings.schedule, recipe.settings.warmup, recipe.settings.learningRate) = (.constant, 0, 1e-3)
      (recipe.settings.optimizer.beta2, recipe.settings.optimizer.weightDecay) = (0.999, 0.01)
      recipe.settings.clip = 1
      try body(directory, recipe)
    }
  }

  @Test func tokens() throws {
    try withRecipe { _, recipe in
      let trainer = try FineTuner(recipe)
      let examples = trainer.examples + trainer.heldOut
      let rows = try golden.required("rows", as: [JSON].self)
      #expect(examples.count == rows.count && rows.count == 92)
      for (example, row) in zip(examples, rows) {
        let reader = try JSONReader(row, file: "rows")
        #expect(try example.tokens.map(Int.init) == reader.required("ids"))
        #expect(try example.places == reader.required("places"))
        let labels = try reader.required("labels", as: [Int].self)
        #expect(example.labels == labels.map { $0 == 1 ? "true" : "false" })
      }
      #expect(examples.count { $0.cutTokens > 0 } > 8)
    }
  }

  @Test func twentySteps() throws {
    try withRecipe { _, recipe in
      let trainer = try FineTuner(recipe)
      // The head is the one that was there, under the names of the rows.
      #expect(trainer.model.head.classNames == ["false", "true"])
      let losses = try golden.required("losses", as: [Double].self)
      #expect(trainer.recipe.settings.steps == 20 && losses.count == 20)
      var largest = 0.0
      for loss in losses { largest = max(largest, abs(try trainer.takeStep().loss - loss)) }
      let found = trainer.model.logits(
        of: trainer.heldOut.map(\.tokens), at: trainer.heldOut.map(\.places))
      let expected = try golden.required("logits", as: [[Double]].self)
      var largestLogit = 0.0
      for (found, expected) in zip(found, expected) {
        #expect(found.count * 2 == expected.count)
        for (a, b) in zip(found.flatMap(\.self), expected) {
          largestLogit = max(largestLogit, abs(Double(a) - b))
        }
      }
      let report = ClassEvaluation.report(of: trainer.model, on: trainer.heldOut)
      print("process: losses differ from TRL's by at most \(largest), logits by \(largestLogit)")
      #expect(largest < 1e-4 && largestLogit < 1e-3)
      #expect(try abs(report.process.steps.accuracy - golden.required("accuracy")) < 1e-9)
    }
  }
}
