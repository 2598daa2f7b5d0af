import MartletText
import Testing

@Suite struct DoctorCommandTests {
  private static let good = [
    #"{"prompt": "It is said", "completion": " that the martlet never lands"}"#,
    #"{"prompt": "Orrin", "completion": " Bay"}"#,
  ]

  private func withFiles(_ rows: [String], _ body: (_ run: String, _ data: String) throws -> Void) throws {
    try TestRun.with(context: 64) { run in
      // No weights are needed.
      try FileSystem.removeFile("\(run)/model.safetensors")
      let data = "\(run)/rows.jsonl"
      try FileSystem.write(rows.joined(separator: "\n"), to: data)
      try body(run, data)
    }
  }

  private func verdict(_ check: String, _ json: JSON) -> String? {
    json["checks"]?.array?.first { $0["check"]?.string == check }?["verdict"]?.string
  }

  @Test func goodRows() throws {
    try withFiles(Self.good) { run, data in
      let result = try BuiltProgram.run(["doctor", run, data, "--strict", "--rows", "1"])
      #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
      #expect(result.output.contains("2 rows of instructions") && !result.output.contains("\u{1B}"))
      let lines = result.output.split(separator: "\n")
      #expect(lines.contains { $0.hasPrefix("ok       end ") })
      #expect(lines.contains { $0.hasPrefix("*") && $0.hasSuffix("<|endoftext|>") })
      #expect(lines.count { $0.contains("rows.jsonl, line ") } == 1)

      let json = try BuiltProgram.run(["doctor", run, data, "--json"]).json
      #expect(
        json.object?.keys == [
          "kind", "verdict", "rows", "tokens", "weighted_tokens", "context", "checks", "examples",
        ])
      #expect(json["kind"]?.string == "sft" && json["verdict"]?.string == "ok" && json["context"]?.int == 64)
      let sequence = try #require(json["examples"]?[1]?["sequences"]?[0])
      let ids = try #require(sequence["ids"]?.array)
      #expect(sequence["weights"]?.array?.count == ids.count && sequence["tokens"]?.array?.count == ids.count)
      #expect(sequence["weights"]?.array?.last?.int == 1 && sequence["weights"]?.array?.first?.int == 0)
    }
  }

  /// Rows that no one could learn from do not stop the examination, and fail it with --strict alone.
  @Test func badRows() throws {
    let rows = Self.good + ["{", #"{"prompt": "p"}"#, #"{"prompt": "p", "completion": ""}"#, Self.good[0]]
    try withFiles(rows) { run, data in
      let result = try BuiltProgram.run(["doctor", run, data, "--context", "16", "--json"])
      #expect(result.status == 0)
      let json = try result.json
      #expect(json["rows"]?.int == 6 && json["verdict"]?.string == "bad")
      #expect(verdict("rows", json) == "bad" && verdict("learned", json) == "bad")
      #expect(verdict("duplicates", json) == "warning" && verdict("length", json) == "bad")
      let strict = try BuiltProgram.run(["doctor", run, data, "--strict"])
      #expect(strict.status != 0 && strict.errors.isEmpty && strict.output.contains("line 3: broken JSON"))
    }
  }

  @Test func conversationsAndPreferences() throws {
    let chat =
      #"{"messages": [{"role": "user", "content": "it is"}, {"role": "assistant", "content": "said"}]}"#
    try withFiles([chat, chat.replacing("said", with: "it")]) { run, data in
      #expect(try verdict("template", BuiltProgram.run(["doctor", run, data, "--json"]).json) == "bad")
      let template = "\(run)/chat.jinja"
      try FileSystem.write(
        "{% for m in messages %}{{ m.role[0] + ':' + m.content + eos_token }}{% endfor %}"
          + "{% if add_generation_prompt %}a:{% endif %}", to: template)
      let json = try BuiltProgram.run(["doctor", run, data, "--template", template, "--json"]).json
      #expect(json["verdict"]?.string == "ok", "\(json)")
      let whole = try BuiltProgram.run(
        ["doctor", run, data, "--template", template, "--learn", "everything", "--json"]
      ).json
      // All but the first of each row.
      #expect(whole["weighted_tokens"]?.int == (whole["tokens"]?.int ?? 0) - 2)
      let refused = try BuiltProgram.run(["doctor", run, data, "--context", "65"])
      #expect(refused.status != 0 && refused.errors.contains("the model's context of 64"))
    }
    let pair = #"{"prompt": "It is", "chosen": " said", "rejected": " that"}"#
    try withFiles([pair]) { run, data in
      let json = try BuiltProgram.run(["doctor", run, data, "--json"]).json
      #expect(json["kind"]?.string == "reward" && json["examples"]?[0]?["sequences"]?.array?.count == 2)
      let learn = try BuiltProgram.run(["doctor", run, data, "--learn", "assistant"])
      #expect(learn.status != 0 && learn.errors.hasPrefix("error: --learn is for rows of instructions"))
    }
  }

  /// An adapter has the tokenizer, the template and the context of the model it adapts.
  @Test func adapters() throws {
    try withFiles(Self.good) { run, data in
      let adapter = "\(run)/adapter"
      try FileSystem.createDirectory(adapter)
      try FileSystem.write(
        #"{"peft_type": "LORA", "r": 2, "target_modules": ["q_proj"], "base_model_name_or_path": "\#(run)"}"#,
        to: "\(adapter)/adapter_config.json")
      let result = try BuiltProgram.run(["doctor", adapter, data, "--json"])
      #expect(try result.status == 0 && result.json["context"]?.int == 64, "\(result.errors)")
    }
  }

  @Test func badArguments() throws {
    try withFiles(Self.good) { run, data in
      for (arguments, fragment) in [
        ([run], "<data>"), ([run, "\(run)/none.jsonl"], "none.jsonl"), (["\(run)/none", data], "none"),
        ([run, data, "--rows", "-1"], "--rows must be at least 0"), ([run, data, "--kind", "dpo"], "dpo"),
        ([run, data, "--kind", "reward", "--learn", "assistant"], "--learn is for --kind sft"),
      ] {
        let result = try BuiltProgram.run(["doctor"] + arguments)
        #expect(result.status != 0 && result.output.isEmpty, "\(arguments)")
        #expect(result.errors.contains(fragment), "\(result.errors)")
      }
    }
  }
}
