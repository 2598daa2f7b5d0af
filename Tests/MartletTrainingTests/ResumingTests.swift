import MartletModel
import MartletText
import Testing

@testable import MartletTraining

/// A run that was stopped or killed ends with the bits of one that never was.
@Suite struct ResumingTests {
  private static let forms: [@Sendable (inout LanguageModelRecipe) -> Void] = [
    { $0.dropout = 0.1 },
    { ($0.architecture, $0.packing, $0.microBatchSize) = ("llama", .documents, 4) },
    {
      ($0.schedule, $0.validationFraction, $0.evaluateEvery, $0.hasBias) = (.warmupStableDecay, 0, 7, false)
    },
    {
      ($0.architecture, $0.experts, $0.microBatchSize, $0.balance) = ("mixtral", 3, 5, 0.1)
    },
    {
      $0.groups = [
        ParameterGroup(path: "blocks", rate: 0), ParameterGroup(path: "blocks.1.feedForward", rate: 0.3),
      ]
    },
  ]

  @Test(arguments: forms.indices) func aStoppedRunGoesOn(form: Int) throws {
    try TestRuns.withRun(Self.forms[form]) { directory, recipe in
      let (whole, stopped) = ("\(directory)/whole", "\(directory)/stopped")
      let expected = try LanguageModelTraining(recipe, output: whole).run()
      #expect(expected.ending == .finished)

      let first = try LanguageModelTraining(recipe, output: stopped)
      #expect(try first.run(shouldStop: { first.trainer.step == 13 }).ending == .stopped)
      let second = try LanguageModelTraining(resuming: stopped)
      #expect(second.trainer.step == 13)
      // Stopped again at once, and once more at the very end.
      #expect(try second.run(shouldStop: { true }).ending == .stopped)
      let third = try LanguageModelTraining(resuming: stopped)
      let found = try third.run()
      #expect(found.validationLoss == expected.validationLoss && found.trainLoss == expected.trainLoss)
      #expect(
        found.heldOut?[LanguageModelTrainer.bitsPerByte]
          == expected.heldOut?[LanguageModelTrainer.bitsPerByte] && found.ending == .finished)
      try expectSameFiles(stopped, whole)
      // A finished run has nothing left to do, and says the same again.
      #expect(try LanguageModelTraining(resuming: stopped).run().validationLoss == expected.validationLoss)
      try expectSameFiles(stopped, whole)
    }
  }

  @Test(arguments: forms.indices) func aKilledRunGoesOn(form: Int) throws {
    try TestRuns.withRun(Self.forms[form]) { directory, recipe in
      let whole = "\(directory)/whole"
      var copies: [String] = []
      var oldModel: [UInt8] = []
      let training = try LanguageModelTraining(recipe, output: whole)
      var failure: (any Error)?
      _ = try training.run(observe: { event in
        do {
          let name: String
          switch event {
          case .step(let report) where [3, 10, 12, 16].contains(report.step): name = "step-\(report.step)"
          case .evaluation(let step, _) where step == 10: name = "evaluation-10"
          case .saved(let step) where step == 10 || step == 14:
            name = "saved-\(step)"
            // A kill between the two files of a save leaves the older model beside the newer state.
            let old = "\(directory)/old-model-\(step)"
            try TestFiles.copy(whole, to: old)
            try FileSystem.write(oldModel, to: "\(old)/model.safetensors")
            copies.append(old)
          default:
            if case .saved = event { oldModel = try FileSystem.read("\(whole)/model.safetensors") }
            return
          }
          try TestFiles.copy(whole, to: "\(directory)/\(name)")
          copies.append("\(directory)/\(name)")
        } catch { failure = error }
      })
      if let failure { throw failure }
      #expect(copies.count >= 4)
      for copy in copies {
        // What a kill in the midst of writing leaves behind.
        try FileSystem.append(#"{"step":17,"loss":3.0"#, to: "\(copy)/metrics.jsonl")
        try FileSystem.write("half", to: "\(copy)/state.safetensors.99999-0.temporary")
        try FileSystem.write("half", to: "\(copy)/model.safetensors.99999-0.temporary")
        #expect(try LanguageModelTraining(resuming: copy).run().ending == .finished)
        try expectSameFiles(copy, whole, copy)
      }
    }
  }

  /// With a schedule that does not depend on the number of steps, a longer run is the same run.
  @Test func aRunIsMadeLonger() throws {
    let constant: (inout LanguageModelRecipe) -> Void = { ($0.schedule, $0.evaluateEvery) = (.constant, 4) }
    try TestRuns.withRun(constant) { directory, recipe in
      let (whole, longer) = ("\(directory)/whole", "\(directory)/longer")
      _ = try LanguageModelTraining(recipe, output: whole).run()
      var short = recipe
      short.steps = 12
      _ = try LanguageModelTraining(short, output: longer).run()
      // The new number of steps outlives a kill of the run that was given it.
      let first = try LanguageModelTraining(resuming: longer, steps: 20)
      _ = try first.run(shouldStop: { first.trainer.step == 14 })
      _ = try LanguageModelTraining(resuming: longer).run()
      try expectSameFiles(longer, whole)
      #expect(try LanguageModelTraining(resuming: longer).trainer.step == 20)
      expectError("--steps 5", "20 steps") { _ = try LanguageModelTraining(resuming: longer, steps: 5) }
      expectError("--steps") { _ = try LanguageModelTraining(resuming: longer, steps: 0) }
      try expectSameFiles(longer, whole)
    }
  }

  /// The model of the directory is the one that was trained, for `transformers` and for us.
  @Test func theModelOfTheDirectoryIsTheTrainedOne() throws {
    try TestRuns.withRun { directory, recipe in
      let training = try LanguageModelTraining(recipe, output: "\(directory)/run")
      _ = try training.run()
      let model = try LanguageModel(directory: "\(directory)/run")
      #expect(model.configuration == training.trainer.model.configuration)
      for (found, expected) in zip(model.parameters, training.trainer.model.parameters) {
        #expect(found.value.littleEndianBytes == expected.value.littleEndianBytes, "\(found.name)")
      }
    }
  }
}
