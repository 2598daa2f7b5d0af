import MartletText
import Testing

@testable import MartletCLI
@testable import MartletInference

@Suite struct ScoreCommandTests {
  @Test func jsonHasTheFiguresOfTheLibrary() throws {
    try TestRun.with { run in
      let result = try BuiltProgram.run(["score", run, "--text", TestRun.text, "--json"])
      #expect(result.status == 0 && result.errors.isEmpty)
      let json = try result.json
      #expect(
        json.object?.keys
          == ["log_probability", "tokens", "nats_per_token", "perplexity", "bits_per_byte", "per_token"])
      let score = try Scorer(TextModel(directory: run)).score(TestRun.text)
      #expect(json["log_probability"]?.double == score.logProbability)
      #expect(json["tokens"]?.int == score.tokenCount)
      #expect(json["nats_per_token"]?.double == score.natsPerToken)
      #expect(json["perplexity"]?.double == score.perplexity)
      #expect(json["bits_per_byte"]?.double == score.bitsPerByte)
      let tokens = try #require(json["per_token"]?.array)
      #expect(tokens.allSatisfy { $0.object?.keys == ["id", "token", "log_probability", "rank"] })
      #expect(tokens.map { $0["id"]?.int } == score.tokens.map { Int($0.id) })
      #expect(tokens.map { $0["rank"]?.int } == score.tokens.map(\.rank))
      // The decimals read back as the same floats.
      #expect(tokens.map { Float($0["log_probability"]?.double ?? 0) } == score.tokens.map(\.logProbability))
    }
  }

  @Test func weightsMayBeRounded() throws {
    try TestRun.with { run in
      func score(_ options: String...) throws -> Double {
        let result = try BuiltProgram.run(["score", run, "--text", TestRun.text, "--json"] + options)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        return try #require(try result.json["log_probability"]?.double)
      }
      let wide = try score()
      #expect(try score("--weights", "float32") == wide)
      let narrow = try score("--weights", "bfloat16")
      #expect(narrow != wide && abs(narrow - wide) < 0.01 * abs(wide))
      let model = try TextModel(directory: run, weights: .bfloat16)
      #expect(try Scorer(model).score(TestRun.text).logProbability == narrow)

      let sample = try BuiltProgram.run([
        "generate", run, "--greedy", "--max-tokens", "8", "--json", "--weights", "bfloat16",
      ])
      var options = GenerationOptions()
      options.maxTokens = 8
      options.sampler = .greedy
      let expected = try Generator(model).generate(prompt: "", options)[0]
      #expect(
        try sample.json["samples"]?[0]?["tokens"]?.array?.map { $0.int } == expected.tokens.map { Int($0) })

      let refused = try BuiltProgram.run(["score", run, "--text", "a", "--weights", "int8"])
      #expect(refused.status != 0 && refused.errors.hasPrefix("error: "))
    }
  }

  @Test func textsFromEverywhereScoreAlike() throws {
    try TestRun.with { run in
      let expected = try BuiltProgram.run(["score", run, "--text", TestRun.text, "--json"]).output
      try FileSystem.write(TestRun.text, to: run + "/text.txt")
      #expect(try BuiltProgram.run(["score", run, "--file", run + "/text.txt", "--json"]).output == expected)
      #expect(try BuiltProgram.run(["score", run, "-", "--json"], input: TestRun.text).output == expected)
      let line = JSON.object(["text": .string(TestRun.text)]).compact
      let lines = try BuiltProgram.run(
        ["score", run, "--jsonl", "-"], input: "{\"text\":\"a\"}\n\(line)\n\n{\"ids\":[5,6,7]}\n")
      #expect(lines.output.split(separator: "\n").count == 3)
      #expect(lines.output.split(separator: "\n")[1] == expected.dropLast())
      let ids = try lines.jsonLines[2]
      #expect(ids["tokens"]?.int == 2 && ids["per_token"]?[0]?["log_probability"]?.isNull == true)
    }
  }

  @Test func peopleGetFiguresAndTokens() throws {
    try TestRun.with { run in
      let result = try BuiltProgram.run(["score", run, "--text", "the feet", "--per-token"])
      #expect(result.status == 0)
      for word in ["log-probability", "nats per token", "perplexity", "bits per byte", "rank", "(8 bytes)"] {
        #expect(result.output.contains(word))
      }
      #expect(result.output.contains("The first token is given <|endoftext|>."))
      #expect(!result.output.contains("\u{1B}"))
    }
  }

  @Test func theStrideIsStatedAndCountsEachTokenOnce() throws {
    try TestRun.with(context: 8) { run in
      let whole = try BuiltProgram.run(["score", run, "--text", TestRun.text])
      #expect(whole.output.contains("longer than the context of 8 tokens: read in windows that move by 4"))
      for stride in ["1", "3", "8"] {
        let result = try BuiltProgram.run([
          "score", run, "--text", TestRun.text, "--stride", stride, "--json",
        ])
        let count = try Tokenizer(contentsOf: run).encode(TestRun.text).count
        #expect(try result.json["tokens"]?.int == count)
        #expect(try result.json["per_token"]?.array?.count == count)
      }
    }
  }

  @Test func coloursStandOnWholeCharactersAndEndWithTheLine() {
    func token(_ bytes: [UInt8], _ logProbability: Float) -> ScoredToken {
      ScoredToken(id: 0, text: "?", bytes: bytes, logProbability: logProbability, rank: 1)
    }
    let tokens = [
      token(Array("a".utf8), -0.01), token([0xC3], -3), token([0xB6], -4), token(Array("b\n".utf8), -1),
      token([0x1B], -0.1),
    ]
    let expected =
      "a\u{1B}[38;5;16;48;5;203mö\u{1B}[0m\u{1B}[38;5;16;48;5;229mb\u{1B}[0m\n\\u{1B}\n"
    #expect(SurprisalText.make(tokens) == expected)
  }
}
