import MartletModel
import MartletText
import Testing

@testable import MartletTraining

/// Fifty steps follow PyTorch's, from the same weights on the same batches.
@Suite struct GoldenTrainingTests {
  @Test(arguments: ["gpt2", "llama"]) func fiftySteps(form: String) throws {
    let golden = try JSONReader(file: TestFiles.golden("training-\(form).json"))
    let batches = try golden.required("batches", as: [[[Int]]].self)
    let rates = try golden.required("learning_rates", as: [Double].self)
    let losses = try golden.required("losses_float64", as: [Double].self)
    let norms = try golden.required("gradient_norms", as: [Double].self)
    let model = try LanguageModel(directory: TestFiles.golden(golden.required("model")))
    var optimizer = AdamW(
      AdamW.Settings(
        beta1: try golden.required("beta1"), beta2: try golden.required("beta2"),
        epsilon: try golden.required("epsilon"), weightDecay: try golden.required("weight_decay")))
    let step = TrainingStep(clip: try golden.required("clip"))
    #expect(batches.count == 50 && losses.count == 50 && norms.count == 50)
    var (largest, largestNorm) = (0.0, 0.0)
    for number in batches.indices {
      let batch = TokenBatch(batches[number].map { $0.map { Int32($0) } })
      // Cut in two, since that changes nothing.
      let parts = [batch.sequences(0..<1), batch.sequences(1..<batch.sequenceCount)]
      let report = try step.run(
        parts, LanguageModelObjective(), model, &optimizer, learningRate: rates[number])
      #expect(report.step == number + 1)
      largest = max(largest, abs(report.loss - losses[number]))
      largestNorm = max(largestNorm, abs(report.gradientNorm / norms[number] - 1))
    }
    print("\(form): losses differ from PyTorch's by at most \(largest), gradient norms by \(largestNorm)")
    #expect(largest < 1e-4)
    #expect(largestNorm < 1e-4)
  }

  /// The schedule of the recipe is the one PyTorch followed.
  @Test func learningRates() throws {
    let golden = try JSONReader(file: TestFiles.golden("training-gpt2.json"))
    let schedule = LearningRateSchedule(
      shape: .cosine, peak: try golden.required("maximum_learning_rate"),
      minimum: try golden.required("minimum_learning_rate"), warmup: try golden.required("warmup"),
      steps: try golden.required("steps"))
    for (step, rate) in try golden.required("learning_rates", as: [Double].self).enumerated() {
      #expect(abs(schedule.learningRate(step: step) / rate - 1) < 1e-14, "step \(step)")
    }
  }
}
