import MartletInference
import MartletModel
import MartletTensor
import Testing

@testable import MartletTraining

/// Learning outcomes, steps and classes.
@Suite struct LabelledObjectiveTests {
  private static let width = 16

  private func trunk(seed: UInt64 = 1) -> LanguageModel {
    let sizes = DecoderSizes(vocabulary: 16, context: 24, width: Self.width, layers: 2, heads: 2)
    return LanguageModel(
      Llama.configuration(sizes), architecture: Llama.self, from: RandomParameters(seed: seed))
  }

  private func tokens(_ number: Int, count: Int) -> [Int32] {
    RandomStream(seed: UInt64(number), name: "tokens").integers(below: 10, at: 0..<UInt64(count))
      .map { Int32($0) + 1 }
  }

  /// Answers that are right when they hold the token 11, which stands at a random place or not at all.
  private func outcomes(_ range: Range<Int>, atEachToken: Bool) -> [LabelledExample<Float>] {
    range.map { number in
      var tokens = tokens(number, count: 5 + number % 7)
      let isRight = number % 2 == 0
      if isRight { tokens[number % 3] = 11 }
      let places = atEachToken ? Array(2..<tokens.count) : [tokens.count - 1]
      return LabelledExample(
        tokens: tokens, places: places, labels: places.map { _ in isRight ? 1 : 0 })
    }
  }

  /// Steps of three tokens and a separator, 0; a step is false when it holds the token 11.
  private func steps(_ range: Range<Int>) -> [LabelledExample<String>] {
    range.map { number in
      var (all, places, labels) = (tokens(number, count: 2), [Int](), [String]())
      for step in 0..<1 + number % 4 {
        var step = tokens(number * 10 + step, count: 3)
        let isWrong = step[0] % 2 == 0
        if isWrong { step[1] = 11 }
        all += step + [0]
        places.append(all.count - 1)
        labels.append(isWrong ? "false" : "true")
      }
      return LabelledExample(tokens: all, places: places, labels: labels)
    }
  }

  /// Sequences of the class that their second token names.
  private func classes(_ range: Range<Int>) -> [LabelledExample<String>] {
    range.map { number in
      var tokens = tokens(number, count: 4 + number % 5)
      tokens[1] = [13, 14, 15][number % 3]
      return LabelledExample(tokens: tokens, label: ["a", "b", "c"][number % 3])
    }
  }

  /// Trains for some steps of eight examples, which come in parts, and gives the losses.
  private func train<Goal: Objective, Label>(
    _ model: Model<Goal.HeadType>, _ goal: Goal, _ examples: [LabelledExample<Label>], steps: Int,
    microBatch: Int
  ) throws -> [Double] where Goal.Batch == LabelledBatch<Label> {
    var settings = TrainingSettings()
    (settings.steps, settings.batchSize, settings.learningRate, settings.dropout) = (steps, 8, 1e-2, 0.1)
    var order = ExampleOrder(count: examples.count, batchSize: 8, seed: 5)
    var optimizer = AdamW(settings.optimizer)
    return try (0..<steps).map { step in
      let batch = order.examples(step: step).map { examples[$0] }
      var (parts, firstToken) = ([LabelledBatch<Label>](), 0)
      for start in stride(from: 0, to: batch.count, by: microBatch) {
        parts.append(
          LabelledBatch(
            Array(batch[start..<min(start + microBatch, batch.count)]), firstToken: firstToken))
        firstToken += parts.last!.tokenCount
      }
      return try settings.trainingStep.run(
        parts, goal, model, &optimizer,
        learningRate: settings.learningRateSchedule.learningRate(step: step)
      ).loss
    }
  }

  /// A step in parts gives the bits of the whole, dropout included.
  private func expectExact<Goal: Objective, Label>(
    _ goal: Goal, _ examples: [LabelledExample<Label>], _ model: () -> Model<Goal.HeadType>,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws where Goal.Batch == LabelledBatch<Label> {
    let (whole, parts, singles) = (model(), model(), model())
    let losses = try train(whole, goal, examples, steps: 5, microBatch: 8)
    #expect(
      try train(parts, goal, examples, steps: 5, microBatch: 3) == losses, sourceLocation: sourceLocation)
    #expect(
      try train(singles, goal, examples, steps: 5, microBatch: 1) == losses, sourceLocation: sourceLocation)
    for (a, (b, c)) in zip(whole.parameters, zip(parts.parameters, singles.parameters)) {
      #expect(
        a.value.scalars == b.value.scalars && a.value.scalars == c.value.scalars,
        sourceLocation: sourceLocation)
    }
  }

  private func outcomeModel() -> Model<TokenClassifierHead> {
    trunk().replacingHead(with: TokenClassifierHead(width: Self.width, classes: 1, seed: 2))
  }

  private func scalarModel() -> Model<ScalarHead> {
    trunk().replacingHead(with: ScalarHead(width: Self.width, seed: 2))
  }

  private func processModel() -> Model<TokenClassifierHead> {
    trunk().replacingHead(
      with: TokenClassifierHead(width: Self.width, labels: ClassLabels(["false", "true"]), seed: 2))
  }

  private func classModel() -> Model<SequenceClassifierHead> {
    trunk().replacingHead(
      with: SequenceClassifierHead(width: Self.width, labels: ClassLabels(["a", "b", "c"]), seed: 2))
  }

  @Test func microBatchesAreExact() throws {
    try expectExact(OutcomeObjective(), outcomes(0..<30, atEachToken: true), outcomeModel)
    try expectExact(SequenceOutcomeObjective(), outcomes(0..<30, atEachToken: false), scalarModel)
    try expectExact(ProcessObjective(), steps(0..<30), processModel)
    try expectExact(ClassificationObjective(), classes(0..<30), classModel)
  }

  @Test func learnsOutcomes() throws {
    let (model, held) = (outcomeModel(), outcomes(100..<160, atEachToken: true))
    let before = OutcomeEvaluation.report(of: model, on: held)
    _ = try train(
      model, OutcomeObjective(), outcomes(0..<60, atEachToken: true), steps: 60, microBatch: 8)
    let after = OutcomeEvaluation.report(of: model, on: held)
    #expect(after.loss.mean < 0.5 * before.loss.mean)
    #expect(after.answers.accuracy > 0.95 && after.answers.count == 60)
    #expect(after.tokens.count == held.reduce(0) { $0 + $1.places.count })
    // The mean of float32 losses, and of the same in double precision.
    #expect(abs(after.loss.mean - after.tokens.logLoss) < 1e-6)
  }

  @Test func learnsOutcomesOfSequences() throws {
    let (model, held) = (scalarModel(), outcomes(100..<160, atEachToken: false))
    _ = try train(
      model, SequenceOutcomeObjective(), outcomes(0..<60, atEachToken: false), steps: 60, microBatch: 8)
    let after = OutcomeEvaluation.report(of: model, on: held)
    #expect(after.answers.accuracy > 0.95)
    #expect(abs(after.loss.mean - after.answers.logLoss) < 1e-6)
  }

  @Test func learnsSteps() throws {
    let (model, held) = (processModel(), steps(100..<160))
    _ = try train(model, ProcessObjective(), steps(0..<60), steps: 60, microBatch: 8)
    let after = ClassEvaluation.report(of: model, on: held)
    #expect(after.process.steps.accuracy > 0.95 && after.process.firstWrongAccuracy > 0.9)
    #expect(after.process.answers == 60)
    #expect(after.process.firstWrongAccuracy > after.process.firstWrongBaseline)
    #expect(abs(after.loss.mean - after.process.steps.logLoss) < 1e-6)
  }

  @Test func learnsClasses() throws {
    let (model, held) = (classModel(), classes(100..<160))
    _ = try train(model, ClassificationObjective(), classes(0..<60), steps: 60, microBatch: 8)
    let after = ClassEvaluation.report(of: model, on: held)
    #expect(after.classes.accuracy > 0.9 && after.classes.macroF1 > 0.9 && after.classes.baseline < 0.4)
    #expect(abs(after.loss.mean - after.classes.logLoss) < 1e-6)
  }

  /// Results are the same bits alone and in any batch.
  @Test func resultsDoNotDependOnTheBatch() {
    let sequences = steps(0..<12)
    let process = processModel()
    let (tokens, places) = (sequences.map(\.tokens), sequences.map(\.places))
    let together = process.logits(of: tokens, at: places)
    #expect(together == zip(tokens, places).flatMap { process.logits(of: [$0], at: [$1]) })
    let classifier = classModel()
    #expect(classifier.logits(of: tokens) == tokens.flatMap { classifier.logits(of: [$0]) })
    let values = trunk().replacingHead(with: ValueHead(width: Self.width, seed: 3))
    #expect(values.values(of: tokens) == tokens.flatMap { values.values(of: [$0]) })
    #expect(values.values(of: tokens).map(\.count) == tokens.map(\.count))
  }

  @Test func classesAreSorted() {
    #expect(ClassNames(sorting: ["b", "a", "b", "10"]).names == ["10", "a", "b"])
    #expect(ClassNames(sorting: ["10", "9", "-1"]).names == ["-1", "9", "10"])
    #expect(ClassNames(sorting: ["true", "false"]).names == ["false", "true"])
    // Two names of one value are two classes, and their order does not depend on that of the rows.
    #expect(ClassNames(sorting: ["7", "07"]).names == ["07", "7"])
    #expect(ClassNames(["x", "y"])["y"] == 1 && ClassNames(["x", "y"])["z"] == nil)
  }
}
