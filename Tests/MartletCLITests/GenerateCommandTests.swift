import MartletInference
import MartletText
import Testing

@Suite struct GenerateCommandTests {
  @Test func jsonHasEachSamplesTokensAndLogProbabilities() throws {
    try TestRun.with { run in
      let result = try BuiltProgram.run([
        "generate", run, "--prompt", "the ", "--max-tokens", "40", "--samples", "3", "--seed", "5",
        "--temperature", "0.8", "--top-k", "50", "--top-p", "0.95", "--min-p", "0.01",
        "--repetition-penalty", "1.1", "--json",
      ])
      #expect(result.status == 0 && result.errors.isEmpty)
      let samples = try #require(try result.json["samples"]?.array)
      var options = GenerationOptions()
      (options.maxTokens, options.samples, options.seed) = (40, 3, 5)
      options.sampler = try Sampler(
        temperature: 0.8, topK: 50, topP: 0.95, minP: 0.01, repetitionPenalty: 1.1)
      let expected = try Generator(TextModel(directory: run)).generate(prompt: "the ", options)
      #expect(samples.count == 3)
      for (sample, expected) in zip(samples, expected) {
        #expect(sample.object?.keys == ["text", "tokens", "log_probabilities", "finish_reason"])
        #expect(sample["text"]?.string == expected.text)
        #expect(sample["tokens"]?.array?.map(\.int) == expected.tokens.map { Int($0) })
        let logProbabilities = sample["log_probabilities"]?.array?.map { Float($0.double ?? 0) }
        #expect(logProbabilities == expected.logProbabilities)
        #expect(sample["finish_reason"]?.string == expected.finishReason.rawValue)
      }
    }
  }

  @Test func thePlainTextIsThePromptAndTheSample() throws {
    try TestRun.with { run in
      let arguments = ["generate", run, "--prompt", "the ", "--max-tokens", "25", "--stop", "e"]
      let sample = try #require(
        try BuiltProgram.run(arguments + ["--json"]).json["samples"]?[0]?["text"]?.string)
      #expect(!sample.contains("e"))
      let plain = try BuiltProgram.run(arguments)
      #expect(plain.status == 0 && plain.errors.isEmpty)
      #expect(plain.output == "the " + sample + (sample.hasSuffix("\n") ? "" : "\n"))
    }
  }

  @Test func aPromptMayStartWithADash() throws {
    try TestRun.with { run in
      let result = try BuiltProgram.run(["generate", run, "--prompt", "--it is", "--max-tokens", "3"])
      #expect(result.status == 0 && result.output.hasPrefix("--it is"))
    }
  }

  @Test func linesAreEachAlone() throws {
    try TestRun.with { run in
      let options = ["--max-tokens", "9", "--samples", "2"]
      let lines = try BuiltProgram.run(
        ["generate", run, "--jsonl", "-"] + options,
        input: "{\"prompt\":\"the \"}\n{\"prompt\":\"\"}\n{\"ids\":[3,4]}\n")
      #expect(lines.status == 0)
      let alone = try BuiltProgram.run(["generate", run, "--prompt", "the ", "--json"] + options)
      #expect(lines.output.hasPrefix(alone.output))
      #expect(try lines.jsonLines.count == 3)
    }
  }

  @Test func seedsAndGreedyAreRepeatable() throws {
    try TestRun.with { run in
      func generate(_ options: String...) throws -> String {
        try BuiltProgram.run(["generate", run, "--max-tokens", "12", "--json"] + options).output
      }
      let (first, second) = (try generate("--seed", "1"), try generate("--seed", "2"))
      #expect(try generate("--seed", "1") == first)
      #expect(first != second)
      let greedy = try generate("--greedy")
      #expect(try generate("--greedy", "--seed", "9") == greedy)
      #expect(try generate("--temperature", "0") == greedy)
    }
  }

  @Test func aReaderThatStopsEarlyLeavesNoTrace() throws {
    try TestRun.with { run in
      let result = try BuiltProgram.shell("\"$martlet\" generate '\(run)' --max-tokens 3000 | head -c 10")
      #expect(result.status == 0 && result.errors.isEmpty)
      #expect(result.output.utf8.count >= 10)
    }
  }
}
