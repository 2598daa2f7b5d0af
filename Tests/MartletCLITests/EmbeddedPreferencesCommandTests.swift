import MartletText
import Testing

/// `martlet train reward` with nothing named: a new small model of the embedded preferences.
@Suite struct EmbeddedPreferencesCommandTests {
  @Test func learnsWithoutDataAndModel() throws {
    try BuiltProgram.withTemporaryDirectory { directory in
      let run = "\(directory)/run"
      let result = try BuiltProgram.run([
        "train", "reward", "--steps", "4", "--batch-size", "8", "--evaluate-every", "4", "--output", run,
        "--json",
      ])
      #expect(result.status == 0, "\(result.errors)")
      let report = try result.json
      #expect(report["rows"]?.int == 8_000 && report["held_out_rows"]?.int == 1_000)
      #expect(try #require(report["rank_correlation"]?.double).magnitude <= 1)
      #expect((0...1).contains(try #require(report["accuracy"]?.double)))

      // It goes on with the rows it began with, and its directory is a model's.
      let resumed = try BuiltProgram.run(["train", "--resume", run, "--steps", "5", "--json"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      let kept = try JSON(parsing: FileSystem.readText("\(run)/config.json"), file: "config.json")
      #expect(kept["architectures"]?.array == ["LlamaForSequenceClassification"])
      let recipe = try JSON(parsing: FileSystem.readText("\(run)/recipe.json"), file: "recipe.json")
      #expect(recipe["learning_rate"]?.double == 0.003 && recipe["batch_size"]?.int == 8)
    }
  }

  @Test func modelAndDataGoTogether() throws {
    try BuiltProgram.withTemporaryDirectory { directory in
      try FileSystem.write(#"{"prompt": "p", "chosen": "a", "rejected": "b"}"#, to: "\(directory)/rows.jsonl")
      let result = try BuiltProgram.run(["train", "reward", "--data", "\(directory)/rows.jsonl"])
      #expect(result.status != 0 && result.errors.contains("name its directory with --from"))
    }
  }
}
