import MartletModel
import MartletText
import Testing

/// `martlet train` end to end.
@Suite struct TrainCommandTests {
  private static let text = String(
    repeating: "It is said in Orrin Bay that the martlet never lands, for it has no feet.\n", count: 40)
  private static let sizes = [
    "--tokenizer", "characters", "--layers", "1", "--heads", "2", "--width", "16", "--context", "16",
    "--batch-size", "4",
  ]

  /// Runs `body` with a directory that holds `text.txt`.
  private func withText(_ body: (_ directory: String) throws -> Void) throws {
    try BuiltProgram.withTemporaryDirectory { directory in
      try FileSystem.write(Self.text, to: "\(directory)/text.txt")
      try body(directory)
    }
  }

  private func train(_ directory: String, _ options: [String], output: String = "run") throws
    -> BuiltProgram.Result
  {
    try BuiltProgram.run(
      ["train", "--data", "\(directory)/text.txt", "--output", "\(directory)/\(output)"] + Self.sizes
        + options)
  }

  @Test func jsonHasTheFigures() throws {
    try withText { directory in
      let result = try train(directory, ["--steps", "20", "--json", "--samples", "1"])
      #expect(result.status == 0, "\(result.errors)")
      let json = try result.json
      for key in [
        "validation_loss", "train_loss", "tokens_per_second", "bits_per_byte", "perplexity",
        "peak_memory_bytes",
      ] {
        #expect(try #require(json[key]?.double) > 0, "\(key)")
      }
      #expect(json["steps"]?.int == 20)
      #expect(json["tokens"]?.int == 20 * 4 * 16)
      #expect(json["directory"]?.string == "\(directory)/run")
      #expect(json["samples"]?.array?.count == 1)
      let model = try LanguageModel(directory: "\(directory)/run")
      #expect(json["parameters"]?.int == model.parameterCount)
      #expect(try JSON(file: "\(directory)/run/results.json") == json)
    }
  }

  @Test func plainLinesWhereThereIsNoTerminal() throws {
    try withText { directory in
      let result = try train(directory, ["--steps", "20", "--evaluate-every", "10"])
      #expect(result.status == 0 && result.errors.isEmpty)
      #expect(!result.output.contains("\u{1b}") && !result.output.contains("\r"))
      for part in [
        "step 10 of 20", "held-out loss", "perplexity", "bits per byte", "MB at most", "── sample 1",
        "kept in",
      ] {
        #expect(result.output.contains(part), "\(part)")
      }
    }
  }

  @Test(arguments: ["TERM", "INT", "KILL"])
  func aRunThatIsInterruptedEndsWithTheSameBits(signal: String) throws {
    try withText { directory in
      let options = ["--steps", "400", "--evaluate-every", "40", "--samples", "0", "--dropout", "0.1"]
      #expect(try train(directory, options, output: "whole").status == 0)
      let line = (["train", "--data", "\(directory)/text.txt"] + Self.sizes + options).joined(separator: " ")
      let interrupted = try BuiltProgram.shell(
        """
        "$martlet" \(line) --output \(directory)/cut > \(directory)/log 2>&1 &
        while ! grep -q '"step":50,' \(directory)/cut/metrics.jsonl 2>/dev/null; do sleep 0.01; done
        kill -\(signal) $!; wait $!
        """)
      #expect(interrupted.status == (signal == "KILL" ? 137 : 0))
      let resumed = try BuiltProgram.run(["train", "--resume", "\(directory)/cut", "--samples", "0"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      for file in [
        "model.safetensors", "state.safetensors", "metrics.jsonl", "config.json", "tokenizer.json",
      ] {
        #expect(
          try FileSystem.read("\(directory)/cut/\(file)") == FileSystem.read("\(directory)/whole/\(file)"),
          "\(file)")
      }
    }
  }

  /// Large enough that kernels do share their work, in processes of their own, where nothing else holds the pool.
  @Test func threadsChangeNoBitOfTrainingOrScoring() throws {
    try withText { directory in
      let options = "--layers 2 --heads 4 --width 128 --context 64 --batch-size 12 --dropout 0.1 --steps 6"
      var results: [(weights: [UInt8], state: [UInt8], score: String)] = []
      for threads in 1...3 {
        let run = "\(directory)/threads-\(threads)"
        let result = try BuiltProgram.shell(
          """
          export MARTLET_THREADS=\(threads)
          "$martlet" train --data \(directory)/text.txt --tokenizer characters \(options) --samples 0 \
            --output \(run) > \(directory)/log && "$martlet" score \(run) --file \(directory)/text.txt --json
          """)
        #expect(result.status == 0, "\(result.errors)")
        results.append(
          (
            try FileSystem.read("\(run)/model.safetensors"), try FileSystem.read("\(run)/state.safetensors"),
            result.output
          ))
      }
      #expect(results.allSatisfy { $0 == results[0] })
      #expect(results[0].score.contains("log_probability"))
    }
  }

  /// One sentence, a non-zero exit, and nothing written.
  @Test(arguments: [
    (["--data", "EMPTY"], "is empty"), (["--data", "BINARY"], "UTF-8"), (["--data", "MISSING"], "MISSING"),
    (["--context", "100000"], "fewer than the context"), (["--tokenizer", "MISSING"], "MISSING"),
    (["--steps", "0"], "--steps must be at least 1"), (["--heads", "3"], "--width 16 must be a multiple"),
    (["--tied", "--untied"], "contradict"), (["--resume", "MISSING"], "--output and --resume"),
    (["--warmup", "30", "--steps", "20"], "--warmup 30 is more"), (["--schedule", "sine"], "--schedule"),
    (["--micro-batch-size", "9"], "larger than --batch-size"),
    (["--learning-rate", "fast"], "--learning-rate"),
  ])
  func badInput(options: [String], expected: String) throws {
    try withText { directory in
      try FileSystem.write("", to: "\(directory)/EMPTY")
      try FileSystem.write([0x66, 0xff, 0xfe], to: "\(directory)/BINARY")
      let before = try FileSystem.names(inDirectory: directory)
      let given = options.map { $0.allSatisfy(\.isUppercase) ? "\(directory)/\($0)" : $0 }
      let data = given.contains("--data") ? [] : ["--data", "\(directory)/text.txt"]
      let names = Set(given.filter { $0.hasPrefix("--") })
      let sizes = stride(from: 0, to: Self.sizes.count, by: 2).flatMap { place in
        names.contains(Self.sizes[place]) ? [] : Array(Self.sizes[place..<place + 2])
      }
      let result = try BuiltProgram.run(
        ["train", "--output", "\(directory)/run"] + data + sizes + given)
      #expect(result.status != 0 && result.output.isEmpty)
      #expect(result.errors.hasPrefix("error: ") && result.errors.contains(expected), "\(result.errors)")
      #expect(try FileSystem.names(inDirectory: directory) == before)
    }
  }

  @Test func anOutputThatHoldsARunIsRefused() throws {
    try withText { directory in
      #expect(try train(directory, ["--steps", "2"]).status == 0)
      let weights = try FileSystem.read("\(directory)/run/model.safetensors")
      let again = try train(directory, ["--steps", "2"])
      #expect(again.status != 0 && again.errors.contains("--resume"))
      #expect(try FileSystem.read("\(directory)/run/model.safetensors") == weights)
    }
  }

  @Test func standardInputIsKeptForResuming() throws {
    try withText { directory in
      let options = (Self.sizes + ["--samples", "0"]).joined(separator: " ")
      let run = try BuiltProgram.shell(
        """
        "$martlet" train --data - --steps 5 \(options) --output \(directory)/run < \(directory)/text.txt &&
        "$martlet" train --resume \(directory)/run --steps 8 --samples 0 --json
        """)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains(#""steps":8"#))
    }
  }
}
