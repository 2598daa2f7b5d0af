import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

/// The held-out loss counts every held-out token once.
@Suite struct EvaluationTests {
  /// -log P of each held-out token, one window at a time.
  @Test(arguments: ["gpt2", "llama"]) func everyHeldOutTokenIsCountedOnce(architecture: String) throws {
    let recipe = TestRuns.recipe { ($0.architecture, $0.validationFraction) = (architecture, 0.3) }
    let data = try TextData(name: "documents", documents: TestRuns.documents)
    let trainer = try LanguageModelTrainer(recipe, data: data)
    for _ in 0..<3 { _ = try trainer.takeStep() }
    let held = data.split(holdingOut: 0.3).heldOut
    let documents = DocumentTokens(
      held, tokenizer: trainer.tokenizer, separator: try #require(trainer.tokenizer.endOfText))
    var sum = 0.0
    for window in documents.windows(context: recipe.context) {
      for sequence in documents.sequences(in: window) {
        let found = withoutGradients { trainer.model.logProbabilities(of: TokenBatch([sequence])).scalars }
        sum -= found.reduce(0.0) { $0 + Double($1) }
      }
    }
    let report = try #require(trainer.evaluate())
    let loss = report.loss
    #expect(loss.weight == Double(documents.predictedCount))
    #expect(trainer.heldOutTokens == documents.predictedCount)
    #expect(abs(loss.sum / sum - 1) < 1e-12)
    let bytes = held.reduce(0) { $0 + $1.utf8.count }
    #expect(trainer.heldOutBytes == bytes)
    #expect(
      abs(report[LanguageModelTrainer.bitsPerByte]! / (sum / Double(bytes) / 0.693147180559945309) - 1)
        < 1e-12)
  }

  /// Of one document cut in two, every character of the second part is predicted, and its end is not asked for.
  @Test func aDocumentThatIsCutInTwo() throws {
    let trainer = try LanguageModelTrainer(
      TestRuns.recipe(), data: TextData(name: "one", documents: [TestRuns.text(1000)]))
    #expect(trainer.trainingTokens == 900)
    #expect(trainer.heldOutTokens == 100)
    #expect(trainer.evaluate()?.loss.weight == 100)
  }

  @Test func nothingIsHeldOut() throws {
    let trainer = try LanguageModelTrainer(
      TestRuns.recipe { $0.validationFraction = 0 },
      data: TextData(name: "one", documents: [TestRuns.text(1000)]))
    #expect(trainer.evaluate() == nil && trainer.heldOutTokens == 0 && trainer.trainingTokens == 1001)
  }
}
