import Martlet

/// Learns rewards from preferences for a few seconds, and compares them with the true ones.
@main
struct RewardModel {
  static func main() throws {
    // Train: a new small model on the preferences that ship with Martlet. Rows and a model of your own are named by
    // `recipe.data` and `recipe.base`.
    var recipe = FineTuningRecipe<RewardTask>.embedded!
    (recipe.epochs, recipe.steps) = (nil, 200)
    let trainer = try FineTuner(recipe)
    while trainer.step < recipe.steps {
      let report = try trainer.takeStep()
      if report.step % 50 == 0 { print("step \(report.step): a loss of \(report.loss) a pair") }
    }

    // Measure, over pairs whose answers were not learned from.
    if let report = trainer.evaluate(), let accuracy = report["accuracy"],
      let order = report["rank_correlation"]
    {
      print("\(accuracy) of the held-out pairs in their true order, rank correlation \(order)")
    }

    // Judge: the same bits for a text alone and beside others.
    let end = trainer.tokenizer.endOfText.map { [$0] } ?? []
    let answers = [
      " a splendid lobster, a sound rope and a clean oar.", " a rotten herring, a torn net and an old boot.",
    ]
    let texts = answers.map { "What lies on the quay this morning?" + $0 }
    let rewards = trainer.model.rewards(of: texts.map { trainer.tokenizer.encode($0) + end })
    for (text, reward) in zip(texts, rewards) {
      print("\(text)\n  reward \(reward), truly \(EmbeddedPreferences.trueReward(of: text))")
    }
  }
}
