import MartletText
import Testing

@Suite struct TokenizerCommandsTests {
  @Test func tokenizeAndDetokenizeGiveTheTextBack() throws {
    try TestRun.with { run in
      try FileSystem.write(TestRun.text, to: run + "/text.txt")
      let result = try BuiltProgram.shell(
        "\"$martlet\" tokenize '\(run)' --file '\(run)/text.txt' | \"$martlet\" detokenize '\(run)'")
      #expect(result.status == 0 && result.errors.isEmpty)
      #expect(result.output == TestRun.text)
      let json = try BuiltProgram.run(["tokenize", run, "--text", TestRun.text, "--json"]).json
      let ids = try Tokenizer(contentsOf: run).encode(TestRun.text).map { Int($0) }
      #expect(json.object?.keys == ["ids", "tokens", "offsets"])
      #expect(json["ids"]?.array?.map(\.int) == ids && json["tokens"]?.array?.count == ids.count)
      let back = try BuiltProgram.run(["detokenize", run, "--json"] + ids.map(String.init)).json
      #expect(back["text"]?.string == TestRun.text)
      let fromArray = try BuiltProgram.run(["detokenize", run, "-"], input: "[\(ids[0]), \(ids[1])]\n").output
      #expect(TestRun.text.hasPrefix(fromArray) && !fromArray.isEmpty)
    }
  }

  @Test func linesOfTextsAndIDs() throws {
    try TestRun.with { run in
      let ids = try BuiltProgram.run(
        ["tokenize", run, "--jsonl", "-"], input: "{\"text\":\"feet\"}\n{\"text\":\"\"}\n")
      let lines = try ids.jsonLines
      #expect(lines.count == 2 && lines[1]["ids"]?.array?.isEmpty == true)
      let texts = try BuiltProgram.run(["detokenize", run, "--jsonl", "-"], input: ids.output)
      #expect(texts.output == "{\"text\":\"feet\"}\n{\"text\":\"\"}\n")
    }
  }

  @Test func eachKindOfFile() throws {
    let files = FileSystem.join(
      FileSystem.directory(of: FileSystem.directory(of: #filePath)), "MartletTextTests/Golden/files")
    let text = "a é<|endoftext|>"
    for (name, encoding) in [
      ("bpe_bytes.model", nil), ("ranks.tiktoken", "cl100k"), ("llama.gguf", nil), ("gpt2.gguf", nil),
    ] as [(String, String?)] {
      let path = "\(files)/\(name)"
      let tokenizer = try Tokenizer(contentsOf: path, encoding: encoding)
      let named = ["--tokenizer", path] + (encoding.map { ["--encoding", $0] } ?? [])
      for parses in [false, true] {
        let flags = ["--text", text, "--no-special-tokens", "--json"] + (parses ? ["--parse-special"] : [])
        let json = try BuiltProgram.run(["tokenize"] + named + flags).json
        let expected = tokenizer.encoding(
          of: text, addingSpecialTokens: false, specialTokens: parses ? .everywhere : .nowhere)
        #expect(json["ids"]?.array?.map(\.int) == expected.ids.map { Int($0) })
        #expect(json["tokens"]?.array?.map(\.string) == expected.tokens)
        #expect(
          json["offsets"]?.array?.map { $0.array?.map(\.int) }
            == expected.offsets.map { [$0.lowerBound, $0.upperBound] })
      }
      let lines = try BuiltProgram.run(
        ["tokenize"] + named + ["--jsonl", "-"], input: "{\"text\": \"a é\"}\n")
      #expect(try lines.jsonLines[0]["ids"]?.array?.map(\.int) == tokenizer.encode("a é").map { Int($0) })
      let back = try BuiltProgram.run(["detokenize"] + named + ["--jsonl", "-"], input: lines.output)
      #expect(back.output == "{\"text\":\"a é\"}\n")
      let plain = try BuiltProgram.run(["tokenize"] + named + ["-"], input: "a é")
      #expect(try BuiltProgram.run(["detokenize"] + named, input: plain.output).output == "a é")
    }
    let refused = try BuiltProgram.run(["tokenize", "\(files)/ranks.tiktoken", "--text", "a"])
    #expect(refused.status != 0 && refused.errors.contains("name its encoding: cl100k, o200k, p50k, r50k"))
  }

  @Test(arguments: ["characters", "words:20", "bytes", "bpe:270"]) func eachKindIsTrained(
    kind: String
  ) throws {
    try BuiltProgram.withTemporaryDirectory { directory in
      let (data, output) = (directory + "/data.txt", directory + "/made/tokenizer")
      try FileSystem.write(TestRun.text, to: data)
      let result = try BuiltProgram.run([
        "tokenizer", "train", "--data", data, "--kind", kind, "--output", output, "--json",
      ])
      #expect(result.status == 0 && result.errors.isEmpty)
      let expected = try TokenizerSpecification(kind).makeTokenizer(trainingOn: [TestRun.text])
      let tokenizer = try Tokenizer(contentsOf: output)
      #expect(tokenizer.encode(TestRun.text) == expected.encode(TestRun.text))
      let json = try result.json
      #expect(json["vocabulary"]?.int == tokenizer.vocabularySize)
      #expect(json["bytes"]?.int == TestRun.text.utf8.count)
    }
  }

  @Test func inspectShowsShapesPartsAndMemory() throws {
    try TestRun.with { run in
      try FileSystem.write("{\"step\":1}\n{\"step\":2,\"loss\":1.5}\n{\"st", to: run + "/metrics.jsonl")
      let json = try BuiltProgram.run(["inspect", run, "--json"]).json
      #expect(json["architecture"]?.string == "llama")
      #expect(json["metrics"]?["loss"]?.double == 1.5)
      #expect(json["recipe"] == nil && json["results"] == nil)
      let total = json["parameters"]?["total"]?.int
      let tensors = try #require(json["tensors"]?.array)
      #expect(tensors.reduce(0) { $0 + ($1["parameters"]?.int ?? 0) } == total)
      let parts = try #require(json["parameters"]?["parts"]?.object)
      #expect(parts.values.reduce(0) { $0 + ($1.int ?? 0) } == total)
      // Two layers, two key-value heads of 8, keys and values, four bytes.
      #expect(json["memory"]?["cache_bytes_per_token"]?.int == 2 * 2 * 8 * 2 * 4)
      #expect(json["configuration"]?["hidden_size"]?.int == 32)
      #expect(json["tokenizer"]?["special_tokens"]?["end_of_text"]?.int == 0)
      let text = try BuiltProgram.run(["inspect", run]).output
      for word in ["Configuration", "Parameters by part", "Tensors", "Memory", "Tokenizer", "Last figures"] {
        #expect(text.contains(word))
      }
    }
  }
}
