import Martlet

/// Learns the embedded tales for a few seconds, then asks what the model has learned.
@main
struct TrainScoreSample {
  static func main() throws {
    // Train: a recipe and a text decide every bit of the result.
    var recipe = LanguageModelRecipe()
    (recipe.tokenizer, recipe.layers, recipe.width) = ("characters", 2, 64)
    (recipe.context, recipe.steps) = (64, 200)
    let trainer = try LanguageModelTrainer(recipe, data: .embedded)
    while trainer.step < recipe.steps {
      let report = try trainer.takeStep()
      if report.step % 50 == 0 { print("step \(report.step): \(report.loss) nats a token") }
    }

    // Score: log P(x) is the sum of log P(x_t | x_1 … x_{t-1}).
    let model = try TextModel(model: trainer.model, tokenizer: trainer.tokenizer)
    let scorer = try Scorer(model)
    for text in ["The martlets came back in spring.", "spring in back came martlets The."] {
      print("log P(\(text)) = \(scorer.score(text).logProbability) nats")
    }

    // Sample, three texts at once.
    var options = GenerationOptions()
    (options.samples, options.maxTokens, options.seed) = (3, 80, 1)
    options.sampler = try Sampler(temperature: 0.8, topK: 20)
    for sample in try Generator(model).generate(prompt: "The ", options) { print("The \(sample.text)") }
  }
}
