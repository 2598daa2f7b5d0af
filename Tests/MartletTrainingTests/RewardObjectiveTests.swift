import MartletModel
import MartletTensor
import Testing

@testable import MartletTraining

/// Learning rewards from preferences.
@Suite struct RewardObjectiveTests {
  /// Sequences of tokens below 12, preferred the more often they hold the token 3: easy to learn by reading them all.
  private func examples(_ count: Int, seed: UInt64) -> [PreferenceExample] {
    let stream = RandomStream(seed: seed, name: "examples")
    return (0..<UInt64(count)).map { number in
      let stream = stream.substream(number)
      let size = 2 + stream.integers(below: 3, at: 0..<1)[0]
      let sequences = (0..<size).map { answer in
        let length = 6 + stream.substream(UInt64(answer)).integers(below: 5, at: 0..<1)[0]
        // As many threes as the place from the worst.
        let threes = 2 * (size - 1 - answer)
        return (0..<length).map { place -> Int32 in
          if place < threes { return 3 }
          let other = place * 7 + answer * 3 + Int(number)
          return Int32(4 + other % 8)
        }
      }
      return PreferenceExample(sequences: sequences, margin: Float(number % 3) / 10)
    }
  }

  private func model(seed: UInt64 = 1) -> Model<ScalarHead> {
    let sizes = DecoderSizes(vocabulary: 12, context: 16, width: 16, layers: 2, heads: 2)
    return LanguageModel(
      Llama.configuration(sizes), architecture: Llama.self, from: RandomParameters(seed: seed)
    ).replacingHead(with: ScalarHead(width: 16, seed: seed))
  }

  /// Trains for some steps and gives every parameter and loss.
  private func train(
    _ model: Model<ScalarHead>, steps: Int, microBatch: Int, loss: any RankingLoss = BradleyTerry()
  ) throws -> [Double] {
    var settings = TrainingSettings()
    (settings.steps, settings.batchSize, settings.learningRate, settings.dropout) = (steps, 8, 1e-2, 0.1)
    let all = examples(40, seed: 1)
    var order = ExampleOrder(count: all.count, batchSize: 8, seed: 5)
    var optimizer = AdamW(settings.optimizer)
    var losses: [Double] = []
    for step in 0..<steps {
      let batch = order.examples(step: step).map { all[$0] }
      losses.append(
        try settings.trainingStep.run(
          PreferenceBatch.microBatches(batch, of: microBatch), RewardObjective(loss), model, &optimizer,
          learningRate: settings.learningRateSchedule.learningRate(step: step)
        ).loss)
    }
    return losses
  }

  @Test(arguments: [0, 1]) func learns(kind: Int) throws {
    let model = model()
    let held = examples(60, seed: 2)
    let before = RewardEvaluation.report(of: model, on: held)
    _ = try train(
      model, steps: 60, microBatch: 8, loss: kind == 0 ? BradleyTerry(centring: 0.01) : PlackettLuce())
    let after = RewardEvaluation.report(of: model, on: held)
    #expect(after.loss.mean < 0.3 * before.loss.mean)
    #expect(after.preferences.whole.accuracy > 0.97)
    let pairs = held.map { $0.sequences.count * ($0.sequences.count - 1) / 2 }
    #expect(before.preferences.whole.count == pairs.reduce(0, +))
  }

  /// A step in parts gives the bits of the whole, dropout included.
  @Test func microBatchesAreExact() throws {
    let (whole, parts) = (model(), model())
    #expect(try train(whole, steps: 7, microBatch: 8) == train(parts, steps: 7, microBatch: 3))
    for (a, b) in zip(whole.parameters, parts.parameters) { #expect(a.value.scalars == b.value.scalars) }
  }

  /// A reward is the same bits alone and in any batch.
  @Test func rewardsDoNotDependOnTheBatch() {
    let model = model()
    let sequences = examples(10, seed: 3).flatMap(\.sequences)
    #expect(model.rewards(of: sequences) == sequences.flatMap { model.rewards(of: [$0]) })
  }

  /// Adapters learn, and the trunk keeps every bit.
  @Test func frozenWeightsStay() throws {
    let base = model()
    let before = base.decoder.parameters.map(\.value.scalars)
    let adapted = base.adapted(by: LowRankAdaptation(rank: 4, alpha: 8), seed: 1)
    let losses = try train(adapted, steps: 40, microBatch: 8)
    #expect(base.decoder.parameters.map(\.value.scalars) == before)
    let (first, last): (Double, Double) = (losses.prefix(5).reduce(0, +), losses.suffix(5).reduce(0, +))
    #expect(last < first / 2)
  }

  /// Every example once an epoch, and a step is the same whenever it is asked for.
  @Test func examplesAreDrawnOnceAnEpoch() {
    var order = ExampleOrder(count: 10, batchSize: 4, seed: 1)
    let steps = (0..<5).map { order.examples(step: $0) }
    let taken = steps.flatMap(\.self)
    let (first, second) = (Array(taken.prefix(10)), Array(taken.suffix(10)))
    #expect(first.sorted() == Array(0..<10) && second.sorted() == Array(0..<10) && first != second)
    var resumed = ExampleOrder(count: 10, batchSize: 4, seed: 1)
    #expect(resumed.examples(step: 3) == steps[3] && resumed.examples(step: 1) == steps[1])
    var plain = ExampleOrder(count: 3, batchSize: 2, seed: 1, isShuffled: false)
    let inOrder: [[Int]] = (0..<3).map { plain.examples(step: $0) }
    #expect(inOrder == [[0, 1], [2, 0], [1, 2]])
  }
}
