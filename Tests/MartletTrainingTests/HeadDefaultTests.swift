import MartletModel
import MartletText
import Testing

@testable import MartletTraining

/// Whether the head is tied where the recipe leaves it open.
@Suite struct HeadDefaultTests {
  private func configuration(
    _ change: (inout LanguageModelRecipe) -> Void
  ) throws -> DecoderConfiguration {
    let data = try TextData(name: "documents", documents: TestRuns.documents)
    let trainer = try LanguageModelTrainer(TestRuns.recipe(change), data: data)
    #expect(trainer.recipe.isTied == trainer.model.configuration.isTied)
    return trainer.model.configuration
  }

  @Test(arguments: ["characters", "bytes", "bpe:300"]) func aSmallVocabularyHasAHeadOfItsOwn(
    tokenizer: String
  ) throws {
    #expect(try !configuration { $0.tokenizer = tokenizer }.isTied)
    #expect(try configuration { ($0.tokenizer, $0.isTied) = (tokenizer, true) }.isTied)
    #expect(try !configuration { ($0.tokenizer, $0.architecture) = (tokenizer, "llama") }.isTied)
  }

  @Test func aLargerVocabularyHasTheFamilysUsualHead() throws {
    let largest = LanguageModelRecipe.smallVocabulary
    var recipe = LanguageModelRecipe()
    #expect(recipe.isTied(vocabulary: largest) == false)
    #expect(recipe.isTied(vocabulary: largest + 1) == nil)
    for choice in [true, false] {
      recipe.isTied = choice
      #expect(recipe.isTied(vocabulary: 1) == choice)
      #expect(recipe.isTied(vocabulary: .max) == choice)
    }
    // The usual recipe's byte pairs stay tied, as GPT-2's are.
    guard case .bytePairs(let size) = try TokenizerSpecification(LanguageModelRecipe().tokenizer) else {
      Issue.record("the usual tokenizer is no byte-pair encoding")
      return
    }
    #expect(size > largest)
  }

  /// The choice is written down, and a run from before there was one goes on as it began.
  @Test func aResumedRunKeepsItsHead() throws {
    for choice in [nil, true, false] as [Bool?] {
      try TestRuns.withRun({ $0.isTied = choice }) { directory, recipe in
        let run = "\(directory)/run"
        let isTied = try LanguageModelTraining(recipe, output: run).trainer.model.configuration.isTied
        #expect(isTied == choice ?? false)
        let file = "\(run)/recipe.json"
        let text = try FileSystem.readText(file)
        #expect(text.contains("\"tied\": \(isTied)"))
        try FileSystem.write(text.replacing("\"tied\": \(isTied)", with: "\"tied\": null"), to: file)
        #expect(try LanguageModelTraining(resuming: run).trainer.model.configuration.isTied == isTied)
      }
    }
  }
}
