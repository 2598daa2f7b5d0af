import MartletModel
import MartletText
import Testing

@testable import MartletTraining

/// From the same weights and the same rows, fine-tuning follows TRL's `SFTTrainer` and `RewardTrainer`.
@Suite("Against TRL") struct AgainstTRLTests {
  static let runs = TRLGolden.forms.flatMap { form in try! TRLGolden.runs(of: form).map { (form, $0) } }

  @Test(arguments: runs) func follows(form: String, name: String) throws {
    let golden = try TRLGolden(form: form)
    let run = try golden.run(name)
    try TestFiles.withTemporaryDirectory { base in
      try golden.writeStart(to: base, isReward: run.isReward)
      if run.isReward {
        var task = RewardTask()
        task.centring = try run.centring()
        let trainer = try FineTuner(run.recipe(task, base: base))
        try expectTokens(of: trainer, in: run) { example, golden in
          let pair = try [golden.required("chosen"), golden.required("rejected")] as [[Int]]
          return example.sequences == pair.map { $0.map(Int32.init) }
        }
        try follow(run, trainer, base: base, "\(form), \(name)") { model, example in
          model.rewards(of: example.sequences).map(Double.init)
        }
      } else {
        var task = SupervisedTask()
        task.learning = run.learning
        let trainer = try FineTuner(run.recipe(task, base: base))
        try expectTokens(of: trainer, in: run) { example, golden in
          let spans = try golden.required("learned", as: [[Int]].self)
          let learned = example.tokens.indices.map { place in
            spans.contains { $0[0] <= place && place < $0[1] }
          }
          return try golden.required("ids", as: [Int].self) == example.tokens.map(Int.init)
            && learned == example.isLearned
        }
        // What transformers counts besides, of a class whose name does not tell it otherwise.
        let divisors = (0..<run.losses.count).map { step -> Double in
          guard name.hasSuffix("first tokens counted") else { return 1 }
          let parts = trainer.microBatches(step: step)
          let learned = parts.reduce(0) { $0 + $1.totalWeight }
          return 1 + Double(parts.reduce(0) { $0 + $1.sequenceCount }) / learned
        }
        try follow(run, trainer, base: base, "\(form), \(name)", divisors) { model, example in
          [task.evaluate(model, on: [example]).loss.mean]
        }
      }
    }
  }

  /// The rows are the tokens that TRL made of them, and what is learned of them is the same.
  private func expectTokens<Task>(
    of trainer: FineTuner<Task>, in run: TRLRun, areThose: (Task.Example, JSONReader) throws -> Bool
  ) throws {
    let examples = trainer.examples + trainer.heldOut
    let tokens = try run.tokens()
    #expect(examples.count == tokens.count && trainer.heldOut.count == run.heldOut.count)
    for (place, (example, golden)) in zip(examples, tokens).enumerated() {
      #expect(try areThose(example, golden), "\(run.reading): row \(place) has other tokens")
    }
  }

  /// Takes every step and compares the losses, and what the trained model makes of the rows held out.
  ///
  /// - Parameter divisors: what TRL divides each step's mean loss by, besides.
  private func follow<Task>(
    _ run: TRLRun, _ trainer: FineTuner<Task>, base: String, _ name: String, _ divisors: [Double]? = nil,
    result: (Model<Task.Goal.HeadType>, Task.Example) -> [Double]
  ) throws {
    try run.startAdapter(of: trainer.model, base: base)
    let losses = try run.losses.indices.map { try trainer.takeStep().loss / (divisors?[$0] ?? 1) }
    let distance = largestDistance(losses, run.losses)
    let heldOut = trainer.heldOut.map { run.comparable(result(trainer.model, $0)) }
    let heldOutDistance = largestDistance(
      heldOut.flatMap(\.self), run.heldOut.flatMap { run.comparable($0) })
    print(
      "\(name): losses differ from TRL's by at most \(distance), results on held-out rows by \(heldOutDistance)"
    )
    // Rounding is 5e-6; what an epsilon of AdamW of 1e-7 would change begins at 1.3e-5.
    #expect(losses.count == 20 && distance < 1e-5)
    #expect(heldOutDistance < 2e-4)
  }

  private func largestDistance(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
  }
}
