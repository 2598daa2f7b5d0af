import MartletInference
import MartletModel
import MartletTensor
import MartletText

/// Trains small fixed models, scores and samples with them, and compares every number with what is recorded.
///
/// float32 results are a function of the model, the tokens and the seed alone, so the digests are the same on any
/// machine, for any number of threads and any instruction set.
public enum Verification {
  /// One group of numbers and its digest.
  public struct Part: Sendable, Equatable {
    /// What was computed.
    public let name: String
    /// How many numbers were compared.
    public let count: Int
    /// The digest of their bits.
    public let digest: String
    /// The digest recorded in the repository.
    public let recorded: String?

    /// Whether the numbers are the recorded ones.
    public var isSame: Bool { digest == recorded }
  }

  /// Does the work.
  ///
  /// - Parameter observe: given each part as it is done.
  /// - Returns: every part, in order.
  public static func run(observe: (Part) -> Void = { _ in }) throws(MartletError) -> [Part] {
    var parts: [Part] = []
    for form in Form.allCases {
      try form.run { name, numbers in
        var digest = Digest()
        numbers.forEach { digest.combine($0) }
        let name = "\(form.rawValue): \(name)"
        let part = Part(
          name: name, count: numbers.count, digest: digest.text, recorded: RecordedDigests.all[name])
        parts.append(part)
        observe(part)
      }
    }
    return parts
  }

  /// The two forms of the decoder, which between them use every kernel of training and inference.
  private enum Form: String, CaseIterable {
    case gpt2, llama

    private var recipe: LanguageModelRecipe {
      var recipe = LanguageModelRecipe()
      (recipe.architecture, recipe.tokenizer) = (rawValue, "characters")
      (recipe.layers, recipe.heads, recipe.width, recipe.context) = (2, 4, 32, 48)
      (recipe.batchSize, recipe.steps, recipe.warmup) = (4, 100, 10)
      recipe.learningRate = 5e-3
      recipe.seed = 42
      if self == .gpt2 {
        recipe.isTied = true
        recipe.dropout = 0.1
        recipe.microBatchSize = 3
      } else {
        recipe.keyValueHeads = 2
        recipe.feedForwardWidth = 88
        recipe.packing = .documents
        recipe.usesCheckpointing = true
      }
      return recipe
    }

    /// Trains, measures, scores and samples.
    func run(part: (_ name: String, _ numbers: [UInt64]) -> Void) throws(MartletError) {
      let data = try TextData(name: EmbeddedText.name, documents: Array(EmbeddedText.documents().prefix(60)))
      let trainer = try LanguageModelTrainer(recipe, data: data)
      part("initial weights", trainer.model.parameters.flatMap { $0.value.scalars.map(Self.bits) })
      var losses: [UInt64] = []
      for _ in 0..<recipe.steps {
        let report = try trainer.takeStep()
        losses += [report.loss.bitPattern, report.gradientNorm.bitPattern]
      }
      part("losses and gradient norms of \(recipe.steps) steps", losses)
      part("trained weights", trainer.model.parameters.flatMap { $0.value.scalars.map(Self.bits) })
      part("held-out loss", trainer.evaluate().map { [$0.loss.sum.bitPattern] } ?? [])

      let text = try TextModel(model: trainer.model, tokenizer: trainer.tokenizer)
      let score = try Scorer(text).score(data.documents[0])
      part("log-probabilities of a text", score.tokens.compactMap { $0.logProbability.map(Self.bits) })
      var options = GenerationOptions()
      (options.maxTokens, options.samples, options.seed) = (80, 3, 7)
      let samples = try Generator(text).generate(prompt: "The ", options)
      part(
        "samples and their log-probabilities",
        samples.flatMap { $0.tokens.map { UInt64($0) } + $0.logProbabilities.map(Self.bits) })
    }

    private static func bits(_ number: Float) -> UInt64 { UInt64(number.bitPattern) }
  }
}
