import MartletText
import Testing

@testable import MartletTraining

/// Learning rates against numbers taken by hand and published ones.
@Suite struct ScheduleTests {
  private func rates(
    _ shape: LearningRateSchedule.Shape, warmup: Int, steps: Int, minimum: Double = 0.1
  ) -> [Double] {
    let schedule = LearningRateSchedule(
      shape: shape, peak: 1, minimum: minimum, warmup: warmup, steps: steps)
    return (0..<steps + 2).map { schedule.learningRate(step: $0) }
  }

  private func expectClose(
    _ found: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    for (step, (one, other)) in zip(found, expected).enumerated() {
      #expect(abs(one - other) < 1e-14, "step \(step)", sourceLocation: sourceLocation)
    }
  }

  @Test func shapesByHand() {
    let cosine = [0.25, 0.5, 0.75, 1, 0.1 + 0.9 * 0.75, 0.55, 0.1 + 0.9 * 0.25, 0.1, 0.1]
    // Steps 3 to 7 are 0, 1, 2, 3 quarters and all of half a cosine, where 1 + cos is 2, 1 + √½, 1, 1 - √½, 0.
    var expected = cosine
    (expected[4], expected[6]) = (0.1 + 0.45 * (1 + 0.5.squareRoot()), 0.1 + 0.45 * (1 - 0.5.squareRoot()))
    expectClose(rates(.cosine, warmup: 3, steps: 7), expected)
    expectClose(
      rates(.linear, warmup: 3, steps: 7), [0.25, 0.5, 0.75, 1, 0.775, 0.55, 0.325, 0.1, 0.1])
    expectClose(rates(.constant, warmup: 1, steps: 4), [0.5, 1, 1, 1, 1, 1])
    // The last fifth of ten steps is two.
    expectClose(
      rates(.warmupStableDecay, warmup: 1, steps: 10), [0.5, 1, 1, 1, 1, 1, 1, 1, 1, 0.55, 0.1, 0.1])
  }

  @Test func edges() {
    expectClose(rates(.cosine, warmup: 0, steps: 1), [1, 0.1, 0.1])
    expectClose(rates(.linear, warmup: 2, steps: 2), [1 / 3.0, 2 / 3.0, 1, 0.1])
    expectClose(rates(.warmupStableDecay, warmup: 0, steps: 1), [1, 0.1, 0.1])
    expectClose(rates(.cosine, warmup: 0, steps: 2, minimum: 1), [1, 1, 1, 1])
  }

  /// The recipe's schedule ends at its minimum, a tenth of the peak unless given, and warms up for a twentieth.
  @Test func theRecipesSchedule() {
    var recipe = LanguageModelRecipe()
    (recipe.steps, recipe.learningRate) = (400, 1e-3)
    #expect(recipe.settings.learningRateSchedule.warmup == 20)
    #expect(recipe.settings.learningRateSchedule.learningRate(step: 20) == 1e-3)
    #expect(abs(recipe.settings.learningRateSchedule.learningRate(step: 400) - 1e-4) < 1e-18)
    (recipe.steps, recipe.minimumLearningRate) = (1_000_000, 0)
    #expect(recipe.settings.learningRateSchedule.warmup == 100)
    #expect(recipe.settings.learningRateSchedule.learningRate(step: 1_000_000) < 1e-18)
    recipe.warmup = 0
    #expect(recipe.settings.learningRateSchedule.learningRate(step: 0) == 1e-3)
  }

  /// A published curve starts its warm-up at 0 with step 0; ours takes its step 1 first.
  @Test func publishedCosine() throws {
    guard let path = TestFiles.conformance("optimisers/cosine_lr.json") else { return }
    let file = try JSONReader(file: path)
    let schedule = LearningRateSchedule(
      shape: .cosine, peak: try file.required("max_learning_rate"),
      minimum: try file.required("min_learning_rate"),
      warmup: try file.required("warmup_iters", as: Int.self) - 1,
      steps: try file.required("cosine_cycle_iters", as: Int.self) - 1)
    let expected = try file.required("expected", as: [Double].self)
    #expect(expected.count == 25)
    for (step, rate) in expected.enumerated().dropFirst() {
      #expect(abs(schedule.learningRate(step: step - 1) - rate) < 1e-14, "step \(step)")
    }
  }
}
