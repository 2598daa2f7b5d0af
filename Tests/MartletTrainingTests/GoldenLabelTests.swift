import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

/// Twenty steps of learning labels follow PyTorch's, from the same weights on the same batches.
@Suite struct GoldenLabelTests {
  private let golden: JSONReader

  init() throws { golden = try JSONReader(file: TestFiles.golden("labels.json")) }

  /// Takes the steps of a run.
  ///
  /// - Parameters:
  ///   - head: makes a head of a width, whose numbers are then replaced.
  ///   - example: makes an example of a row.
  private func follow<Goal: Objective, Label>(
    _ kind: String, _ goal: Goal, head: (Int) -> Goal.HeadType,
    example: (JSONReader) throws -> LabelledExample<Label>
  ) throws where Goal.Batch == LabelledBatch<Label> {
    let run = try #require(try golden.optionalReader(kind))
    let trunk = try LanguageModel(directory: TestFiles.golden(run.required("model")))
    let model = trunk.replacingHead(with: head(trunk.configuration.width))
    for (parameter, numbers) in zip(model.head.parameters, try run.required("head", as: [[Double]].self)) {
      parameter.value = Tensor(numbers.map { Float($0) }).reshaped(parameter.value.shape)
    }
    let batches = try run.required("batches", as: [[JSON]].self)
    let losses = try run.required("losses", as: [Double].self)
    let norms = try run.required("gradient_norms", as: [Double].self)
    #expect(batches.count == 20 && losses.count == 20 && norms.count == 20)
    let rate: Double = try golden.required("learning_rate")
    var optimizer = AdamW(
      AdamW.Settings(
        beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: try golden.required("weight_decay")))
    let step = TrainingStep(clip: try golden.required("clip"))
    var (largest, largestNorm) = (0.0, 0.0)
    for (number, batch) in batches.enumerated() {
      // One sequence at a time, since that changes nothing.
      let parts = try batch.map { LabelledBatch([try example(JSONReader($0, file: kind))]) }
      let report = try step.run(parts, goal, model, &optimizer, learningRate: rate)
      largest = max(largest, abs(report.loss - losses[number]))
      largestNorm = max(largestNorm, abs(report.gradientNorm / norms[number] - 1))
    }
    print("\(kind): losses differ from PyTorch's by at most \(largest), gradient norms by \(largestNorm)")
    #expect(largest < 1e-4)
    #expect(largestNorm < 1e-4)
  }

  private func ids(_ row: JSONReader) throws -> [Int32] {
    try row.required("ids", as: [Int].self).map { Int32($0) }
  }

  @Test func classes() throws {
    let labels = ClassLabels(["0", "1", "2"])
    try follow(
      "classes", ClassificationObjective(),
      head: { SequenceClassifierHead(width: $0, labels: labels, seed: 0) }
    ) { row in
      LabelledExample(tokens: try ids(row), label: "\(try row.required("label", as: Int.self))")
    }
  }

  @Test func outcomes() throws {
    try follow("outcomes", OutcomeObjective(), head: { TokenClassifierHead(width: $0, classes: 1, seed: 0) })
    {
      row in
      let (tokens, first) = (try ids(row), try row.required("from", as: Int.self))
      let label = Float(try row.required("label", as: Double.self))
      let places = Array(first..<tokens.count)
      return LabelledExample(tokens: tokens, places: places, labels: places.map { _ in label })
    }
  }
}
