import MartletText
import Testing

/// What goes wrong is one clear sentence on standard error, a status that is not zero, and nothing else.
@Suite struct BadInputTests {
  private func expectError(
    _ arguments: [String], _ fragment: String, input: [UInt8] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try BuiltProgram.run(BuiltProgram.path, arguments, input: input)
    #expect(result.status != 0 && result.status < 128, sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, sourceLocation: sourceLocation)
    #expect(result.errors.hasPrefix("error: "), "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.errors.contains(fragment), "\(result.errors)", sourceLocation: sourceLocation)
  }

  @Test func wrongTexts() throws {
    try TestRun.with { run in
      try expectError(["score", run], "there is no text; give --text")
      try expectError(["score", run, "--text", ""], "the text is empty")
      try expectError(["score", run, "-"], "the text is empty")
      try expectError(
        ["score", run, "--text", "a", "--file", "b"], "--text and --file contradict each other")
      try expectError(["score", run, "words"], "unexpected argument \"words\"")
      try expectError(["score", run, "-"], "standard input is not UTF-8 text", input: [0x61, 0xFF])
      try expectError(["score", run, "--file", run + "/none.txt"], "none.txt: it does not exist")
      try expectError(["score", run, "--text", "a", "--stride", "99"], "the stride must be from 1 to")
      try expectError(["score", run, "--jsonl", "-"], "line 2", input: [UInt8]("{\"text\":\"a\"}\n{".utf8))
      try expectError(
        ["score", run, "--jsonl", "-"], "line 1: the key \"text\" is missing", input: [UInt8]("{}\n".utf8))
      try expectError(["tokenize", run], "there is no text; give --text")
      try expectError(["detokenize", run, "1", "x"], "\"x\" at place 1 is no token id")
      try expectError(["detokenize", run, "100000"], "is not in the vocabulary")
    }
  }

  @Test func wrongOptions() throws {
    try TestRun.with { run in
      func generate(_ options: String..., error: String) throws {
        try expectError(["generate", run] + options, error)
      }
      try generate("--greedy", "--temperature", "0.5", error: "--greedy and --temperature contradict")
      try generate("--greedy", "--top-k", "5", error: "--greedy and --top-k contradict each other")
      try generate("--temperature", "0", "--min-p", "0.1", error: "--temperature 0 and --min-p contradict")
      try generate("--greedy", "--samples", "2", error: "the same text each time")
      try generate("--temperature", "-1", error: "the temperature must be 0 or from")
      try generate("--top-k", "0", error: "the top-k must be at least 1, found 0")
      try generate("--top-p", "1.5", error: "the top-p must be above 0 and at most 1, found 1.5")
      try generate("--min-p", "2", error: "the min-p must be from 0 to 1")
      try generate("--repetition-penalty", "0", error: "the repetition penalty must be from")
      try generate("--max-tokens", "0", error: "--max-tokens must be at least 1, found 0")
      try generate("--samples", "0", error: "--samples must be from 1 to 100000, found 0")
      try generate("--stop", "", error: "--stop needs at least one character")
      try generate("--prompt", "a", "--jsonl", "b", error: "--prompt and --jsonl contradict each other")
      try generate("--top-k", "many", error: "The value 'many' is invalid for '--top-k <count>'")
      try generate("--unknown", error: "Unknown option '--unknown'")
    }
  }

  @Test func wrongModels() throws {
    try expectError(["score", "/none", "--text", "a"], "/none: there is no such directory")
    try expectError(["inspect", "/none"], "/none: there is no such directory")
    try expectError(["tokenize", "/none", "--text", "a"], "/none: it does not exist")
    try TestRun.with { run in
      let tokenizer = try FileSystem.read(run + "/tokenizer.json")
      try Tokenizer.characters(trainingOn: ["abc"]).save(to: run)
      try expectError(["score", run, "--text", "a"], "the tokenizer is not the model's: it has 5 tokens")
      try FileSystem.write(Array(tokenizer.prefix(100)), to: run + "/tokenizer.json")
      try expectError(["generate", run], "tokenizer.json")
      try FileSystem.write(tokenizer, to: run + "/tokenizer.json")
      let weights = try FileSystem.read(run + "/model.safetensors")
      try FileSystem.write(Array(weights.dropLast(8)), to: run + "/model.safetensors")
      try expectError(["generate", run], "it is truncated")
      try FileSystem.write("{}", to: run + "/config.json")
      try expectError(["inspect", run], "config.json: the key \"model_type\" is missing")
    }
  }

  @Test(.enabled(if: FileSystem.exists("/dev/full"))) func aFullDiskIsNoSuccess() throws {
    try TestRun.with { run in
      for command in [
        "score '\(run)' --text a", "score '\(run)' --text a --json", "generate '\(run)'",
        "tokenize '\(run)' --text a", "inspect '\(run)' --json", "verify --json",
        "train --layers 1 --heads 1 --width 8 --context 8 --steps 1 --json --output '\(run)/new'",
      ] {
        let result = try BuiltProgram.shell("\"$martlet\" \(command) > /dev/full")
        #expect(result.status == 1)
        #expect(result.errors.contains("error: cannot write to standard output: "))
      }
    }
  }

  @Test func wrongTrainingOfTokenizers() throws {
    try BuiltProgram.withTemporaryDirectory { directory in
      func train(_ data: String, _ kind: String, _ output: String, error: String) throws {
        try expectError(
          ["tokenizer", "train", "--data", data, "--kind", kind, "--output", output], error)
        #expect(!FileSystem.exists(directory + "/made"))
      }
      let (data, made) = (directory + "/data.txt", directory + "/made")
      try FileSystem.write("some text", to: data)
      try train(directory + "/none.txt", "bytes", made, error: "it does not exist")
      try train(data, "bpe", made, error: "needs a size")
      try train(data, "letters", made, error: "is not known")
      try train(data, data, made, error: "is a path, and nothing is to be trained")
      try train(data, "bytes", data + "/made", error: "cannot create the directory")
      try FileSystem.write("", to: data)
      try train(data, "characters", made, error: "is empty")
    }
  }
}
