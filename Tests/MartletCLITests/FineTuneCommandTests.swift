import MartletModel
import MartletText
import Testing

/// `martlet train sft` and `martlet train reward` end to end.
@Suite struct FineTuneCommandTests {
  private static let instructions = (0..<12).map { number in
    #"{"prompt": "What flies \#(number)?", "completion": " It is the \#(number % 3 == 0 ? "martlet" : "tern")."}"#
  }
  private static let preferences = (0..<12).map { number in
    #"{"prompt": "Say \#(number).", "chosen": " It is said \#(number).", "rejected": " no \#(number)"}"#
  }
  private static let small = ["--steps", "6", "--batch-size", "4", "--evaluate-every", "3"]

  /// Runs `body` with a model's directory, in whose parent `rows.jsonl` holds some lines.
  private func with(_ rows: [String], _ body: (_ model: String, _ directory: String) throws -> Void) throws {
    try TestRun.with(context: 48) { model in
      let directory = FileSystem.directory(of: model)
      try FileSystem.write(rows.joined(separator: "\n") + "\n", to: "\(directory)/rows.jsonl")
      try body(model, directory)
    }
  }

  private func train(
    _ kind: String, _ model: String, _ directory: String, _ options: [String], output: String = "out"
  ) throws -> BuiltProgram.Result {
    try BuiltProgram.run(
      [
        "train", kind, "--from", model, "--data", "\(directory)/rows.jsonl", "--output",
        "\(directory)/\(output)",
      ]
        + Self.small + options)
  }

  @Test func jsonHasTheFigures() throws {
    try with(Self.instructions) { model, directory in
      let result = try train("sft", model, directory, ["--json"])
      #expect(result.status == 0, "\(result.errors)")
      let json = try result.json
      for key in ["validation_loss", "train_loss", "perplexity", "learned_tokens", "tokens_per_second"] {
        #expect(try #require(json[key]?.double) > 0, "\(key)")
      }
      #expect(json["rows"]?.int == 11 && json["held_out_rows"]?.int == 1 && json["steps"]?.int == 6)
      #expect(json["skipped_rows"]?.array?.isEmpty == true)
      #expect(try JSON(file: "\(directory)/out/results.json") == json)
      // The result is a model like any other.
      let generated = try BuiltProgram.run(
        ["generate", "\(directory)/out", "--prompt", "What", "--max-tokens", "3", "--json"])
      #expect(generated.status == 0, "\(generated.errors)")
    }
  }

  @Test func rewardsAreReported() throws {
    try with(Self.preferences) { model, directory in
      let options = ["--centring", "0.01", "--validation-data", "\(directory)/rows.jsonl"]
      let result = try train("reward", model, directory, options)
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      for part in ["accuracy", "of 12 pairs", "chosen is shorter", "the shortest", "calibration", "kept in"] {
        #expect(result.output.contains(part), "\(part)")
      }
      #expect(try HeadKind(directory: "\(directory)/out") == .scalar)
      // A reward model is gone on with, head and all.
      let more = try BuiltProgram.run(
        [
          "train", "reward", "--from", "\(directory)/out", "--data", "\(directory)/rows.jsonl", "--json",
          "--output", "\(directory)/more",
        ] + Self.small)
      #expect(more.status == 0, "\(more.errors)")
      // It is no language model.
      let wrong = try train("sft", "\(directory)/out", directory, [], output: "wrong")
      #expect(wrong.status == 1 && wrong.errors.contains("rewards"), "\(wrong.errors)")
      #expect(!FileSystem.exists("\(directory)/wrong"))
    }
  }

  @Test func adaptersAreKeptAlone() throws {
    try with(Self.preferences) { model, directory in
      let result = try train("reward", model, directory, ["--lora-rank", "2", "--json"])
      #expect(result.status == 0, "\(result.errors)")
      let json = try result.json
      let (trained, all) = (json["trained_parameters"]?.int ?? 0, json["parameters"]?.int ?? 0)
      #expect(trained > 0 && trained < all)
      #expect(!FileSystem.exists("\(directory)/out/model.safetensors"))
      let scored = try BuiltProgram.run([
        "score", "\(directory)/out", "--text", "Say 1. It is said 1.", "--json",
      ])
      #expect(try scored.json["reward"]?.double != nil, "\(scored.errors)")
    }
  }

  @Test func badRowsAreListedTogether() throws {
    let rows =
      [#"{"prompt": "a"}"#, "{", #"{"prompt": "a", "completion": "b", "rating": 5}"#] + Self.instructions
    try with(rows) { model, directory in
      let refused = try train("sft", model, directory, [])
      #expect(refused.status == 1 && refused.output.isEmpty)
      #expect(refused.errors.hasPrefix("error: 3 of 15 rows can't be used"))
      for line in 1...3 { #expect(refused.errors.contains("rows.jsonl, line \(line): ")) }
      #expect(!FileSystem.exists("\(directory)/out"))

      let result = try train(
        "sft", model, directory, ["--skip-bad-rows", "--ignore-columns", "rating", "--json"])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("left out:\n"))
      let skipped = try #require(try result.json["skipped_rows"]?.array)
      #expect(skipped.map { $0["line"]?.int } == [2, 1])
      #expect(skipped.allSatisfy { $0["reason"]?.string?.isEmpty == false })
    }
  }

  /// A model that has diverged has figures that no line was made for.
  @Test(arguments: [("sft", "5"), ("sft", "1e8"), ("reward", "1e10")]) func divergence(
    kind: String, rate: String
  ) throws {
    try with(kind == "sft" ? Self.instructions : Self.preferences) { model, directory in
      let options = ["--learning-rate", rate, "--clip", "0", "--evaluate-every", "1", "--warmup", "0"]
      let result = try train(kind, model, directory, options)
      #expect(result.status <= 1, "\(result.errors)")
      #expect(result.status == 0 || result.errors.contains("--learning-rate"), "\(result.errors)")
    }
  }

  @Test func aRunOfStandardInputGoesOn() throws {
    try with([]) { model, directory in
      let rows = Self.instructions.joined(separator: "\n")
      let run = "\(directory)/out"
      let result = try BuiltProgram.run(
        ["train", "sft", "--from", model, "--data", "-", "--output", run, "--json"] + Self.small, input: rows)
      #expect(result.status == 0, "\(result.errors)")
      // The general command knows the kind of a run.
      for command in [["train"], ["train", "sft"]] {
        let resumed = try BuiltProgram.run(command + ["--resume", run, "--steps", "8", "--json"])
        #expect(try resumed.json["steps"]?.int == 8, "\(resumed.errors)")
      }
      let other = try BuiltProgram.run(["train", "reward", "--resume", run])
      #expect(other.status == 1 && other.errors.contains("the kind \"sft\""), "\(other.errors)")
    }
  }

  @Test(arguments: [
    (["train", "sft", "--data", "x.jsonl"], "--from"),
    (["train", "sft", "--from", "m"], "--data"),
    (
      ["train", "sft", "--from", "m", "--data", "x", "--epochs", "1", "--steps", "2"], "--epochs and --steps"
    ),
    (["train", "sft", "--from", "m", "--data", "x", "--lora-alpha", "2"], "--lora-alpha needs --lora-rank"),
    (
      [
        "train", "sft", "--from", "m", "--data", "x", "--validation-data", "y", "--validation-fraction",
        "0.2",
      ],
      "--validation-fraction and --validation-data"
    ),
    (["train", "sft", "--resume", "r", "--learn", "assistant"], "--learn cannot be given with --resume"),
    (["train", "reward", "--resume", "r", "--output", "o"], "--output and --resume contradict"),
    (["train", "reward", "--from", "missing", "--data", "x.jsonl"], "cannot find missing"),
    (
      ["train", "reward", "--from", "m", "--data", "x", "--loss", "plackett-luce", "--centring", "1"],
      "--centring"
    ),
    (["train", "reward", "--from", "m", "--data", "x", "--loss", "hinge"], "hinge"),
    (
      ["train", "reward", "--from", "m", "--data", "x", "--lora-layers", "query"],
      "--lora-layers needs --lora-rank"
    ),
    (["train", "--resume", "missing"], "there is no such run"),
  ]) func contradictions(arguments: [String], fragment: String) throws {
    let result = try BuiltProgram.run(arguments)
    #expect(result.status != 0 && result.errors.contains(fragment), "\(result.errors)")
    #expect(result.errors.hasPrefix("error: ") && result.output.isEmpty)
  }
}
