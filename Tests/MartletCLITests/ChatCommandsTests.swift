import MartletInference
import MartletText
import Testing

@Suite struct ChatCommandsTests {
  private static let template =
    "{% for message in messages %}{% if message.role == 'assistant' %}a:{% generation %}{{ message.content + '|' }}"
    + "{% endgeneration %}{% else %}{{ message.role[0] + ':' + message.content + '|' }}{% endif %}{% endfor %}"
    + "{% if add_generation_prompt %}a:{% endif %}"

  /// A run whose `tokenizer_config.json` has a chat template.
  private func withRun(context: Int = 128, _ body: (String) throws -> Void) throws {
    try TestRun.with(context: context) { run in
      let file = run + "/tokenizer_config.json"
      var configuration = try JSON(file: file)
      configuration["chat_template"] = .string(Self.template)
      try FileSystem.write(configuration.compact, to: file)
      try body(run)
    }
  }

  private let conversation = """
    {"messages":[{"role":"user","content":"it <|endoftext|> is"},{"role":"assistant","content":"said"}]}

    """

  @Test func jsonHasTheIDsAndTheAssistantsTokens() throws {
    try withRun { run in
      let result = try BuiltProgram.run(["template", run, "--context", "-", "--json"], input: conversation)
      #expect(result.status == 0 && result.errors.isEmpty)
      let json = try result.json
      #expect(json.object?.keys == ["text", "ids", "assistant_mask"])
      #expect(json["text"]?.string == "u:it <|endoftext|> is|a:said|")
      let tokenizer = try Tokenizer(contentsOf: run)
      let ids = try #require(json["ids"]?.array).map { Int32($0.int ?? -1) }
      let mask = try #require(json["assistant_mask"]?.array).map { $0.int ?? -1 }
      #expect(tokenizer.decode(ids) == "u:it <|endoftext|> is|a:said|" && ids.count == mask.count)
      let marked = zip(ids, mask).filter { $1 == 1 }.map { $0.0 }
      #expect(tokenizer.decode(marked) == "said|" && !ids.contains(0))
      let parsed = try BuiltProgram.run(
        ["template", run, "--context", "-", "--json", "--parse-special"], input: conversation)
      #expect(try parsed.json["ids"]?.array?.contains { $0.int == 0 } == true)
      let plain = try BuiltProgram.run(["template", run, "--context", "-"], input: conversation).output
      let lines = plain.split(separator: "\n")
      #expect(lines.count == ids.count)
      #expect(lines.map { $0.hasPrefix("* ") } == mask.map { $0 == 1 })
    }
  }

  @Test func rowsMayBringTheirTemplates() throws {
    try withRun { run in
      let rows = "{\"template\":\"x{{ y }}\",\"y\":1}\n" + conversation
      let result = try BuiltProgram.run(["template", run, "--jsonl", "-"], input: rows)
      #expect(result.status == 0)
      #expect(
        result.errors.split(separator: "\n").count == 1 && result.errors.contains("no {% generation %}"))
      let lines = try result.jsonLines
      #expect(lines.map { $0["text"]?.string } == ["x1", "u:it <|endoftext|> is|a:said|"])
      #expect(lines[0]["assistant_mask"]?.array?.allSatisfy { $0.int == 0 } == true)
      let alone = try BuiltProgram.run(["template", run, "--context", "-", "--json"], input: conversation)
      #expect(result.output.hasSuffix(alone.output))
      // Without a directory there are no tokens.
      let text = try BuiltProgram.run(
        ["template", "--jsonl", "-"], input: "{\"template\":\"x{{ y }}\",\"y\":1}\n")
      #expect(text.output == "{\"text\":\"x1\"}\n" && text.errors.isEmpty)
      let wrong = try BuiltProgram.run(
        ["template", run, "--jsonl", "-"], input: conversation + "{\"template\":\"{{ x.y.z }}\"}\n")
      #expect(wrong.status == 1 && wrong.errors.hasPrefix("error: standard input, line"))
      let missing = try BuiltProgram.run(["template", "--jsonl", "-"], input: conversation)
      #expect(missing.status == 1 && missing.errors.contains("line 1: there is no chat template"))
    }
  }

  @Test func aPipedConversationIsThatOfTheSession() throws {
    try withRun { run in
      let arguments = ["chat", run, "--max-tokens", "12", "--seed", "3", "--system", "kind"]
      let result = try BuiltProgram.run(
        arguments, input: "it is said\n\n/tokens\nthe martlet\n/save \(run)/talk.json\n/retry\n/quit\nnever\n"
      )
      #expect(result.status == 0)
      #expect(result.errors.contains("of 128 tokens"))
      var session = ChatSession(
        try TextModel(directory: run), template: try #require(try ChatTemplate.read(directory: run)),
        system: "kind")
      var options = GenerationOptions()
      (options.maxTokens, options.seed) = (12, 3)
      var expected = ""
      func add(_ text: String) { expected += text + (text.utf8.last == 10 ? "" : "\n") }
      add(try session.respond(to: "it is said", options).sample.text)
      add(try session.respond(to: "the martlet", options).sample.text)
      let saved = session.messages
      add(try #require(try session.retry(options)).sample.text)
      #expect(result.output == expected)
      #expect(try [ChatMessage](contentsOf: run + "/talk.json") == saved && saved.count == 5)
      let loaded = try BuiltProgram.run(
        arguments, input: "/load \(run)/talk.json\n/undo\n/save \(run)/b.json\n")
      #expect(loaded.status == 0 && loaded.output.isEmpty)
      #expect(try [ChatMessage](contentsOf: run + "/b.json") == Array(saved.prefix(3)))
    }
  }

  @Test func whatIsWrongIsSaid() throws {
    try withRun(context: 32) { run in
      for (input, message) in [
        ("/nothing\n", "line 1: there is no command /nothing"), ("/retry\n", "no message yet"),
        ("/load\n", "needs a file"), ("/undo now\n", "takes nothing"),
        (String(repeating: "zq ", count: 60) + "\n", "context has 32"),
      ] {
        let result = try BuiltProgram.run(["chat", run], input: input)
        #expect(result.status == 1 && result.errors.contains(message), "\(result.errors)")
      }
      let bytes = try BuiltProgram.run(BuiltProgram.path, ["chat", run], input: [0x61, 0xFF, 0x0A])
      #expect(bytes.status == 1 && bytes.errors.contains("line 1 is not UTF-8"))
    }
    try TestRun.with { run in
      let result = try BuiltProgram.run(["chat", run], input: "hi\n")
      #expect(result.status == 1 && result.errors.contains("has no chat template") && result.output.isEmpty)
      let none = try BuiltProgram.run(["chat", run + "-none"])
      #expect(none.status == 1 && none.errors.contains("-none: there is no such directory"), "\(none.errors)")
    }
  }
}
