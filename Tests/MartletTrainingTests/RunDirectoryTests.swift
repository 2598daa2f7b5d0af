import MartletModel
import MartletText
import Testing

@testable import MartletTraining

#if canImport(Glibc)
  import Glibc
#endif

/// A run's directory is there whole or not at all, and a damaged one gets one sentence.
@Suite struct RunDirectoryTests {
  @Test func aNewRun() throws {
    try TestRuns.withRun { directory, recipe in
      // Directories above it are made, and the slash of a completed name changes nothing.
      for output in ["\(directory)/a/b/run", "\(directory)/slash/", "\(directory)/slashes//"] {
        let path = try LanguageModelTraining(recipe, output: output).directory.path
        #expect(!path.hasSuffix("/"))
        let files = [
          "config.json", "lock", "metrics.jsonl", "model.safetensors", "recipe.json", "state.safetensors",
          "tokenizer.json", "tokenizer_config.json",
        ]
        #expect(try FileSystem.names(inDirectory: output) == files)
        // A run that was killed before its first save begins again.
        #expect(try LanguageModelTraining(resuming: output).trainer.step == 0)
      }
      try FileSystem.createDirectory("\(directory)/empty")
      _ = try LanguageModelTraining(recipe, output: "\(directory)/empty/")
      #expect(
        try FileSystem.names(inDirectory: directory) == ["a", "empty", "slash", "slashes", "text.txt"])
    }
  }

  @Test func placesThatAreTaken() throws {
    try TestRuns.withRun { directory, recipe in
      try FileSystem.write("mine", to: "\(directory)/file")
      try FileSystem.createDirectory("\(directory)/full")
      try FileSystem.write("mine", to: "\(directory)/full/notes")
      _ = try LanguageModelTraining(recipe, output: "\(directory)/run")
      let before = try FileSystem.names(inDirectory: directory)
      for (name, part) in [
        ("file", "a file is there"), ("full", "not empty"), ("run", "holds a run already"),
        ("run/", "holds a run already"), ("file/run", "file"), ("file/deep/run", "file"),
      ] {
        expectError("\(directory)/", part) {
          _ = try LanguageModelTraining(recipe, output: "\(directory)/\(name)")
        }
      }
      expectError("/proc/") { _ = try LanguageModelTraining(recipe, output: "/proc/martlet-run") }
      #expect(try FileSystem.names(inDirectory: directory) == before)
      #expect(try FileSystem.names(inDirectory: "\(directory)/full") == ["notes"])
    }
  }

  /// What is wrong with the recipe or the text is found before anything is written.
  @Test func nothingIsWrittenForARunThatCannotBe() throws {
    try TestRuns.withRun { directory, recipe in
      try FileSystem.write("short", to: "\(directory)/short.txt")
      for change: (inout LanguageModelRecipe) -> Void in [
        { $0.heads = 3 }, { $0.data = ["\(directory)/none.txt"] }, { $0.data = ["\(directory)/short.txt"] },
        { $0.tokenizer = "\(directory)/none.json" }, { $0.tokenizer = "bpe:3" }, { $0.context = 5000 },
      ] {
        var wrong = recipe
        change(&wrong)
        #expect(throws: MartletError.self) {
          _ = try LanguageModelTraining(wrong, output: "\(directory)/runs/one")
        }
      }
      #expect(try FileSystem.names(inDirectory: directory) == ["short.txt", "text.txt"])
    }
  }

  @Test func directoriesThatHoldNoRun() throws {
    try TestFiles.withTemporaryDirectory { directory in
      expectError("\(directory)/none", "no such run") {
        _ = try LanguageModelTraining(resuming: "\(directory)/none")
      }
      expectError("\(directory)", "no recipe.json") { _ = try LanguageModelTraining(resuming: directory) }
    }
  }

  @Test func damagedRuns() throws {
    try TestRuns.withRun { directory, recipe in
      let whole = "\(directory)/whole"
      let training = try LanguageModelTraining(recipe, output: whole)
      _ = try training.run(shouldStop: { training.trainer.step == 6 })
      let state = try FileSystem.read("\(whole)/state.safetensors")
      var number = 0
      func expectError(_ parts: String..., in change: (String) throws -> Void) throws {
        number += 1
        let copy = "\(directory)/copy-\(number)"
        try TestFiles.copy(whole, to: copy)
        try change(copy)
        let before = try TestFiles.contents(of: copy)
        for part in parts {
          MartletTrainingTests.expectError(part) { _ = try LanguageModelTraining(resuming: copy) }
        }
        // A run that cannot be resumed is left as it is.
        #expect(try TestFiles.contents(of: copy) == before)
      }
      try expectError("recipe.json", "not valid JSON") { try FileSystem.write("{", to: "\($0)/recipe.json") }
      try expectError("recipe.json", "is empty") { try FileSystem.write("", to: "\($0)/recipe.json") }
      try expectError("recipe.json", "\"data\" is missing") {
        try FileSystem.write("{}", to: "\($0)/recipe.json")
      }
      try expectError("recipe.json", "\"width\" must be an integer") {
        let text = try FileSystem.readText("\($0)/recipe.json")
        try FileSystem.write(
          text.replacing("\"width\": 16", with: "\"width\": \"16\""), to: "\($0)/recipe.json")
      }
      try expectError("state.safetensors", "shape", "the recipe calls for") {
        let text = try FileSystem.readText("\($0)/recipe.json")
        try FileSystem.write(text.replacing("\"width\": 16", with: "\"width\": 32"), to: "\($0)/recipe.json")
      }
      try expectError("state.safetensors", "value/head.weight", "no use") {
        let text = try FileSystem.readText("\($0)/recipe.json")
        try FileSystem.write(
          text.replacing("\"tied\": false", with: "\"tied\": true"), to: "\($0)/recipe.json")
      }
      try expectError("state.safetensors", "does not exist") {
        try FileSystem.removeFile("\($0)/state.safetensors")
      }
      for length in [0, 7, 100, state.count / 2, state.count - 1] {
        try expectError("state.safetensors") {
          try FileSystem.write(Array(state[..<length]), to: "\($0)/state.safetensors")
        }
      }
      try expectError("state.safetensors", "no state of a run") {
        try FileSystem.write(
          FileSystem.read("\($0)/model.safetensors"), to: "\($0)/state.safetensors")
      }
      try expectError("tokenizer.json") { try FileSystem.removeFile("\($0)/tokenizer.json") }
      let text = try FileSystem.readText("\(directory)/text.txt")
      try expectError("\(directory)/text.txt", "not the one", "start a new run") { _ in
        try FileSystem.write(text + "!", to: "\(directory)/text.txt")
      }
      try expectError("\(directory)/text.txt", "is empty") { _ in
        try FileSystem.write("", to: "\(directory)/text.txt")
      }
      try expectError("\(directory)/text.txt", "does not exist") { _ in
        try FileSystem.removeFile("\(directory)/text.txt")
      }
      try FileSystem.write(text, to: "\(directory)/text.txt")
      #expect(try LanguageModelTraining(resuming: whole).trainer.step == 6)
    }
  }

  /// The files that a run keeps for others do not decide where it goes on.
  @Test func aDamagedModelIsWrittenAgain() throws {
    try TestRuns.withRun { directory, recipe in
      let (whole, damaged) = ("\(directory)/whole", "\(directory)/damaged")
      let training = try LanguageModelTraining(recipe, output: whole)
      _ = try training.run(shouldStop: { training.trainer.step == 12 })
      try TestFiles.copy(whole, to: damaged)
      try FileSystem.write("half", to: "\(damaged)/model.safetensors")
      _ = try LanguageModelTraining(resuming: damaged).run()
      _ = try LanguageModelTraining(resuming: whole).run()
      try expectSameFiles(damaged, whole)
    }
  }

  /// Names are counted up until one is free.
  @Test func freeNames() {
    #expect(RunDirectory.freePath(named: "no-such-family-here") == "runs/no-such-family-here-1")
  }
}
