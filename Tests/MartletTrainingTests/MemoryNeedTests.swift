import MartletModel
import MartletText
import Testing

@testable import MartletTraining

/// Runs that no machine can hold are refused before any memory is taken.
@Suite struct MemoryNeedTests {
  @Test(arguments: ["gpt2", "llama"]) func absurdSizes(architecture: String) throws {
    let data = try TextData(name: "text", documents: [TestRuns.text(1000)])
    let largest = Int(Int32.max) - 1
    for change: (inout LanguageModelRecipe) -> Void in [
      { $0.layers = largest }, { ($0.width, $0.heads) = (300_000_000, 10_000_000) },
      { $0.batchSize = largest },
      { ($0.batchSize, $0.packing) = (largest, .documents) }, { $0.feedForwardWidth = largest },
      { ($0.width, $0.heads) = (1_000_000, 10) },
    ] {
      expectError("needs at least", "GB", "this machine has", "--width") {
        _ = try LanguageModelTrainer(
          TestRuns.recipe {
            $0.architecture = architecture
            change(&$0)
          }, data: data)
      }
    }
  }

  /// A table of learned positions is as long as the context; of rotary ones there are as many as are read.
  @Test func absurdContexts() throws {
    let data = try TextData(name: "text", documents: [TestRuns.text(1000)])
    func trainer(_ architecture: String) throws -> LanguageModelTrainer {
      try LanguageModelTrainer(
        TestRuns.recipe {
          ($0.architecture, $0.packing, $0.context) = (architecture, .documents, Int(Int32.max) - 1)
        }, data: data)
    }
    expectError("needs at least", "--context") { _ = try trainer("gpt2") }
    #expect(try trainer("llama").takeStep().tokens > 0)
  }

  /// It is a lower bound, and not a blind one: most of what a model holds is in its matrices.
  @Test(arguments: ["gpt2", "llama"], [true, false]) func parametersAreCounted(
    architecture: String, isTied: Bool
  )
    throws
  {
    let recipe = TestRuns.recipe { ($0.architecture, $0.isTied) = (architecture, isTied) }
    let trainer = try LanguageModelTrainer(
      recipe, data: TextData(name: "text", documents: [TestRuns.text(1000)]))
    let (found, all) = (
      trainer.model.configuration.matrixParameterCount,
      trainer.model.parameters.filter { $0.value.shape.count == 2 }.reduce(0) { $0 + $1.value.count }
    )
    #expect(found == Double(all))
    let bytes = MemoryNeed(of: recipe, trainer.model.configuration).bytes
    #expect(bytes == 16 * found + 12 * 6 * 16 + 4 * 6 * 16 * 16 * 2)
  }
}
