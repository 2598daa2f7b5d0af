import MartletText
import Testing

@testable import MartletTraining

/// What no reference says of rows: problems, cuts, marks in the data, templates that tell too little.
@Suite struct RowEncoderTests {
  private let bytes: Tokenizer

  init() throws { bytes = try Tokenizer(contentsOf: TestFiles.golden("rows/bytes")) }

  private static let lines =
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"

  private func encoder(
    _ template: String? = lines, context: Int = 1000, truncates: Bool = false, _ tokenizer: Tokenizer? = nil
  ) throws -> RowEncoder {
    let tokenizer = tokenizer ?? bytes
    return RowEncoder(
      tokenizer: tokenizer,
      templates: try template.map { ConversationTemplates(try ChatTemplate($0, name: "template")) },
      endOfText: tokenizer.endOfText, context: context, truncates: truncates)
  }

  private func row(_ text: String) throws -> DataRow {
    DataRow(file: "rows", line: 1, columns: try JSON(parsing: text, file: "rows").object!)
  }

  /// What is wrong with a row; nil when nothing is.
  private func problem(
    _ text: String, _ encoder: RowEncoder, learning part: LearnedPart = .completion
  ) throws -> String? {
    let row = try row(text)
    do throws(RowProblem) {
      if row["chosen"] != nil || row["ranked"] != nil {
        _ = try encoder.encode(PreferenceRow(row))
      } else {
        _ = try encoder.encode(InstructionRow(row), learning: part)
      }
      return nil
    } catch { return error.reason }
  }

  /// The text of what a row learns.
  private func learned(
    _ text: String, _ encoder: RowEncoder, _ part: LearnedPart = .completion
  ) throws -> String {
    let sequence = try encoder.encode(InstructionRow(row(text)), learning: part)
    let ids = zip(sequence.tokens, sequence.isLearned).filter(\.1).map(\.0)
    return encoder.tokenizer.decode(ids, skippingSpecialTokens: false)
  }

  @Test func textsEndOnce() throws {
    let encoder = try encoder()
    let end = bytes.endOfText!
    for answer in [" an answer", " an answer<|endoftext|>"] {
      let json = #"{"prompt": "A question?", "completion": "\#(answer)"}"#
      let sequence = try encoder.encode(InstructionRow(row(json)), learning: .completion)
      #expect(sequence.tokens.count { $0 == end } == 1 && sequence.tokens.last == end)
      #expect(try learned(json, encoder) == " an answer<|endoftext|>")
    }
    // Without the token nothing is put at the end.
    let without = RowEncoder(tokenizer: bytes, templates: nil, endOfText: nil, context: 100)
    #expect(try learned(#"{"prompt": "p", "completion": " c"}"#, without) == " c")
  }

  /// A tokenizer that ends every text itself gets no second end.
  @Test func endsOfTheTokenizerAreNotDoubled() throws {
    var definition = try JSON(file: TestFiles.golden("rows/bytes/tokenizer.json"))
    definition["post_processor"] = [
      "type": "TemplateProcessing", "pair": [],
      "single": [
        ["Sequence": ["id": "A", "type_id": 0]],
        ["SpecialToken": ["id": "<|endoftext|>", "type_id": 0]],
      ],
      "special_tokens": [
        "<|endoftext|>": [
          "id": "<|endoftext|>", "ids": [.integer(Int(bytes.endOfText!))], "tokens": ["<|endoftext|>"],
        ]
      ],
    ]
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(definition.compact, to: "\(directory)/tokenizer.json")
      let tokenizer = try Tokenizer(contentsOf: directory)
      #expect(tokenizer.encode("yes").last == bytes.endOfText)
      let sequence = try encoder(nil, tokenizer).encode(
        InstructionRow(row(#"{"prompt": "A question. ", "completion": "yes"}"#)), learning: .completion)
      #expect(sequence.tokens.count { $0 == bytes.endOfText } == 1)
      #expect(sequence.isLearned.last == true && sequence.isLearned.first == false)
    }
  }

  /// Marks are tokens in texts, and text in messages.
  @Test func marks() throws {
    let mark = bytes.id(of: "<|im_end|>")!
    let text = try encoder().encode(
      InstructionRow(row(#"{"text": "a<|im_end|>b"}"#)), learning: .completion)
    #expect(text.tokens.contains(mark) && text.isLearned.allSatisfy(\.self))
    let conversation = try encoder().encode(
      InstructionRow(row(#"{"messages": [{"role": "assistant", "content": "a<|im_end|>b"}]}"#)),
      learning: .completion)
    #expect(conversation.tokens.count { $0 == mark } == 1)
    #expect(
      bytes.decode(conversation.tokens, skippingSpecialTokens: false).contains("a<|im_end|>b<|im_end|>"))
  }

  private static let conversation =
    #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}, "#
    + #"{"role": "user", "content": "r"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "s"}]}"#

  @Test func partsOfAConversation() throws {
    let encoder = try encoder()
    #expect(try learned(Self.conversation, encoder, .completion) == "a<|im_end|>\nb<|im_end|>\n")
    #expect(try learned(Self.conversation, encoder, .assistant) == "a<|im_end|>\nb<|im_end|>\n")
    #expect(try learned(Self.conversation, encoder, .lastTurn) == "b<|im_end|>\n")
    #expect(try learned(Self.conversation, encoder, .everything).hasPrefix("<|im_start|>user\nq<|im_end|>"))
    // Turns of the prompt are given, not learned.
    let split =
      #"{"prompt": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "completion": "#
      + #"[{"role": "user", "content": "r"}, {"role": "assistant", "content": "b"}]}"#
    #expect(try learned(split, encoder, .assistant) == "b<|im_end|>\n")
    #expect(try learned(split, encoder, .lastTurn) == "b<|im_end|>\n")
  }

  /// The whole of a character that several tokens make, which the mask of `transformers` leaves with the first.
  @Test func wholeCharactersAtTheEndOfABlock() throws {
    let template = "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}|{% endfor %}"
    let answer = #"{"messages": [{"role": "assistant", "content": "so \#u{1F980}"}]}"#
    #expect(try learned(answer, encoder(template), .assistant) == "so \u{1F980}")
  }

  /// A conversation that the assistant opens, under a template that can write none without a message.
  @Test func firstTurnsOfTheAssistant() throws {
    let template =
      "{% set first = messages[0].role %}<s>" + Self.lines.replacing("<|im_start|>", with: "{{ first[0] }}")
    let row = #"{"messages": [{"role": "assistant", "content": "a"}, {"role": "user", "content": "q"}]}"#
    #expect(try learned(row, encoder(template), .lastTurn).hasSuffix("a<|im_end|>\n"))
    #expect(try learned(row, encoder(), .lastTurn) == "a<|im_end|>\n")
    #expect(
      try learned(#"{"prompt": [], "completion": [{"role": "assistant", "content": "a"}]}"#, encoder())
        == "a<|im_end|>\n")
  }

  /// Keys that are null are missing, as `apply_chat_template` has it.
  @Test func nullKeys() throws {
    let template = "{% for m in messages %}{{ m.content }}{{ 'x' if m.note is defined else 'o' }}{% endfor %}"
    let row = #"{"messages": [{"role": "assistant", "content": "a", "note": null}]}"#
    #expect(try learned(row, encoder(template), .everything) == "ao")
  }

  @Test func variablesReachTheTemplate() throws {
    let template = "{{ style }}{{ tools[0].name }}{{ documents[0] }}" + Self.lines
    let row = """
      {"chat_template_kwargs": {"style": "brief"}, "tools": "[{\\"name\\": \\"count\\"}]", "documents": ["d"], \
      "prompt": [{"role": "user", "content": "q"}], "chosen": [{"role": "assistant", "content": "a"}], \
      "rejected": [{"role": "assistant", "content": "b"}]}
      """
    let example = try encoder(template).encode(PreferenceRow(self.row(row)))
    #expect(bytes.decode(example.sequences[0]).hasPrefix("briefcountd"))
    #expect(
      try problem(#"{"text": "t", "tools": "no list"}"#, encoder())
        == "the column \"tools\" is a text that is not JSON")
    #expect(try problem(#"{"text": "t", "tools": {}}"#, encoder())?.contains("must be a list") == true)
  }

  @Test func longRows() throws {
    let json = #"{"prompt": "What is it? ", "completion": "the harbour was still"}"#
    let whole = try encoder().encode(InstructionRow(row(json)), learning: .completion)
    let count = whole.tokens.count
    let found = try problem(json, encoder(context: count - 2))
    #expect(
      found?.hasPrefix("\(count) tokens, 2 more than the context of \(count - 2);") == true, "\(found ?? "")")
    let cut = try encoder(context: count - 2, truncates: true).encode(
      InstructionRow(row(json)), learning: .completion)
    #expect(cut.tokens == Array(whole.tokens.dropLast(2)) && cut.cutTokens == 2 && whole.cutTokens == 0)
    #expect(cut.isLearned == Array(whole.isLearned.dropLast(2)))
    let first = whole.isLearned.firstIndex(of: true)!
    #expect(
      try problem(json, encoder(context: first, truncates: true))?.contains("nothing left to learn") == true)
    #expect(try problem(json, encoder(context: first + 1, truncates: true)) == nil)
  }

  @Test(arguments: [
    (
      #"{"prompt": "p", "chosen": "a", "rejected": "a<|endoftext|>"}"#,
      "\"chosen\" and \"rejected\" are the same tokens"
    ),
    (
      #"{"prompt": "p", "ranked": ["a", "b", "a<|endoftext|>"]}"#,
      "answer 1 of \"ranked\" and answer 3 of \"ranked\" are the same"
    ),
    (
      #"{"prompt": "p", "chosen": "aaaaaaaaaaaaaaaaaaaaaaaaaaaa1", "rejected": "aaaaaaaaaaaaaaaaaaaaaaaaaaaa2"}"#,
      "once they are cut to the context of 8"
    ),
  ]) func equalAnswers(text: String, fragment: String) throws {
    let found = try problem(text, encoder(context: 8, truncates: true))
    #expect(found?.contains(fragment) == true, "\(found ?? "no problem")")
  }

  @Test func problemsOfTemplates() throws {
    let failing = "{% if messages[0].content == 'q' %}{{ raise_exception('not this question') }}{% endif %}"
    let raised = try problem(Self.conversation, encoder(failing))
    #expect(raised?.contains("template fails") == true && raised?.contains("not this question") == true)

    // The reason is the same for all rows, so that one line says it.
    let missing = try encoder(nil)
    var problems = RowProblems()
    for line in 1...100 {
      let row = DataRow(file: "rows", line: line, columns: try row(Self.conversation).columns)
      _ = problems.note { () throws(RowProblem) in
        try missing.encode(InstructionRow(row), learning: .assistant)
      }
    }
    #expect(problems.lines.count == 1 && problems.lines[0].contains("no chat template"))

    let counting = "{{ messages | length }}" + Self.lines
    for part in [LearnedPart.completion, .assistant, .lastTurn] {
      #expect(
        try problem(Self.conversation, encoder(counting), learning: part)?.contains("can't be told") == true)
    }
    #expect(try problem(Self.conversation, encoder(counting), learning: .everything) == nil)
    let empty = "{% generation %}{% endgeneration %}text"
    #expect(
      try problem(Self.conversation, encoder(empty), learning: .assistant)?.contains("nothing to learn")
        == true)
    #expect(
      try problem(Self.conversation, encoder("{% if false %}{% endif %}"))?.contains("not one token") == true)
  }

  /// Rewards need no border, and so take templates that tell none.
  @Test func preferencesUnderAnyTemplate() throws {
    let row =
      #"{"prompt": [{"role": "user", "content": "q"}], "chosen": [{"role": "assistant", "content": "a"}], "rejected": [{"role": "assistant", "content": "b"}], "margin": 2}"#
    let example = try encoder("{{ messages | length }}" + Self.lines).encode(PreferenceRow(self.row(row)))
    #expect(example.margin == 2 && example.sequences.count == 2)
  }
}
