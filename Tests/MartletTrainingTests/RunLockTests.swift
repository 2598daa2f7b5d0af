import MartletText
import Testing

@testable import MartletTraining

/// One process at a time trains a run, and what a killed one left is taken away.
@Suite struct RunLockTests {
  @Test func aRunIsTrainedByOneAtATime() throws {
    try TestRuns.withRun { directory, recipe in
      let run = "\(directory)/run"
      let first = try LanguageModelTraining(recipe, output: run)
      expectError(run, "another process", "wait until it ends") {
        _ = try LanguageModelTraining(resuming: run)
      }
      _ = try first.run(
        shouldStop: { first.trainer.step == 5 },
        observe: { _ in
          expectError(run, "another process") { _ = try LanguageModelTraining(resuming: run, steps: 30) }
        })
      // It is free after the run, even for others than `first`, which is not free to go on meanwhile.
      let second = try LanguageModelTraining(resuming: run)
      #expect(second.trainer.step == 5 && second.trainer.recipe.steps == 20)
      expectError(run, "another process") { _ = try first.run() }
      #expect(try second.run().ending == .finished)
    }
  }

  @Test func aRunThatFailsIsFree() throws {
    try TestRuns.withRun { directory, recipe in
      var wild = recipe
      (wild.learningRate, wild.clip, wild.warmup) = (1e30, 0, 0)
      let run = try LanguageModelTraining(wild, output: "\(directory)/run")
      #expect(throws: MartletError.self) { _ = try run.run() }
      #expect(try LanguageModelTraining(resuming: "\(directory)/run").trainer.step == 0)
    }
  }

  /// Drafts of the same name whose makers are dead go; others, and what only looks like one, stay.
  @Test func abandonedDraftsAreRemoved() throws {
    try TestRuns.withRun { directory, recipe in
      for name in ["run.999-0", "run.998-3", "other.999-0", "run.1-x", "run.1"] {
        try FileSystem.createDirectory("\(directory)/\(name).temporary/part")
        try FileSystem.write("half", to: "\(directory)/\(name).temporary/part/file")
        try FileSystem.write("", to: "\(directory)/\(name).temporary/lock")
      }
      try FileSystem.createDirectory("\(directory)/run.997-0.temporary")
      let alive = try #require(try FileLock("\(directory)/run.998-3.temporary/lock"))
      _ = try LanguageModelTraining(recipe, output: "\(directory)/run")
      let names = [
        "other.999-0.temporary", "run", "run.1-x.temporary", "run.1.temporary", "run.997-0.temporary",
        "run.998-3.temporary", "text.txt",
      ]
      #expect(try FileSystem.names(inDirectory: directory) == names)
      withExtendedLifetime(alive) {}
    }
  }
}
