import MartletModel
import MartletText
import Testing

@testable import MartletTraining

/// Each check on rows that trip it and on rows that do not.
@Suite struct DoctorTests {
  private let tokenizer: Tokenizer
  private let pieces: Tokenizer

  init() throws {
    tokenizer = try Tokenizer(contentsOf: TestFiles.golden("rows/bytes"))
    pieces = try Tokenizer(contentsOf: TestFiles.golden("rows/pieces"))
  }

  private static let lines =
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"

  private func diagnosis(
    _ rows: [String], template: String? = nil, ends: [String] = ["<|im_end|>"], context: Int = 200,
    vocabulary: Int? = nil, tokenizer: Tokenizer? = nil, kind: RowKind? = nil, learning: LearnedPart? = nil,
    modelEnd: Int32? = nil
  ) throws -> Diagnosis {
    let tokenizer = tokenizer ?? self.tokenizer
    let sizes = DecoderSizes(
      vocabulary: vocabulary ?? tokenizer.vocabularySize, context: context, width: 8, layers: 1, heads: 2,
      keyValueHeads: 2)
    var configuration = Llama.configuration(sizes)
    configuration.endOfText = modelEnd
    var doctor = Doctor(
      tokenizer: tokenizer, configuration: configuration,
      templates: try template.map { ConversationTemplates(try ChatTemplate($0, name: "template")) },
      endTokens: ends.compactMap { tokenizer.id(of: $0) })
    (doctor.kind, doctor.learning) = (kind, learning)
    let rows = try rows.enumerated().map { place, text in
      DataRow(file: "rows", line: place + 1, columns: try JSON(parsing: text, file: "rows").object!)
    }
    return doctor.diagnosis(of: rows)
  }

  private func check(
    _ name: String, _ diagnosis: Diagnosis, _ verdict: Verdict?, lines: [Int] = [], _ fragment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let finding = diagnosis.findings.first { $0.check == name }
    #expect(finding?.verdict == verdict, "\(String(describing: finding))", sourceLocation: sourceLocation)
    #expect(finding?.rows.map(\.line) ?? [] == lines, sourceLocation: sourceLocation)
    let said = [finding?.summary ?? ""] + (finding?.rows.map(\.detail) ?? [])
    #expect(
      fragment.isEmpty || said.contains { $0.contains(fragment) }, "\(said)", sourceLocation: sourceLocation)
  }

  private static let good = #"{"prompt": "How far?", "completion": " seven boats"}"#

  private static func chat(_ answer: String = "seven", question: String = "How far?") -> String {
    #"{"messages": [{"role": "user", "content": "\#(question)"}, {"role": "assistant", "content": "\#(answer)"}]}"#
  }

  private static let twoTurns =
    #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}, "#
    + #"{"role": "user", "content": "r"}, {"role": "assistant", "content": "b"}]}"#

  private static func pair(_ chosen: String, _ rejected: String, _ prompt: String = "How far?") -> String {
    #"{"prompt": "\#(prompt)", "chosen": "\#(chosen)", "rejected": "\#(rejected)"}"#
  }

  @Test func rowsOfAllKindsInOrder() throws {
    for (row, kind) in [
      (Self.good, RowKind.sft), (Self.pair(" far", " near"), .reward),
      (#"{"prompt": "p", "completion": " c", "label": true}"#, .outcome),
      (#"{"prompt": "p", "completions": [" a", " b"], "labels": [true, false]}"#, .process),
      (#"{"text": "t", "label": "x"}"#, .classify),
      (#"{"prompt": "p", "completion": " c", "label": "x"}"#, .classify),
    ] {
      let found = try diagnosis([row, row.replacing("\"p\"", with: "\"q\"")])
      #expect(found.kind == kind && found.rowCount == 2 && found.examples.count == 2)
      check("rows", found, .ok)
    }
    let clean = try diagnosis([Self.good, Self.chat()], template: Self.lines)
    #expect(clean.verdict == .ok, "\(clean.findings.filter { $0.verdict != .ok })")
    #expect(clean.tokenCount > clean.weightedTokenCount && clean.weightedTokenCount > 0)
  }

  @Test func brokenRows() throws {
    let found = try diagnosis([Self.good, #"{"prompt": "p"}"#, #"{"text": "t", "odd": 1}"#])
    check("rows", found, .bad, lines: [2, 3], "\"completion\" is missing")
    #expect(found.rowCount == 3 && found.verdict == .bad)
  }

  @Test func vocabularies() throws {
    check("vocabulary", try diagnosis([Self.good]), .ok)
    check("vocabulary", try diagnosis([Self.good], vocabulary: 405), .bad, "the tokenizer is not the model's")
    let rounded = (tokenizer.vocabularySize + 8) / 8 * 8
    check("vocabulary", try diagnosis([Self.good], vocabulary: rounded), .ok, "rounded up")
  }

  @Test func templates() throws {
    check("template", try diagnosis([Self.good]), nil)
    check("template", try diagnosis([Self.chat()], template: Self.lines), .ok)
    check(
      "template", try diagnosis([Self.chat(), Self.good, Self.chat()]), .bad, lines: [1, 3],
      "no chat template")
    let failing = "{% if messages[0].content == 'x' %}{{ raise_exception('not x') }}{% endif %}" + Self.lines
    check(
      "template", try diagnosis([Self.chat(), Self.chat(question: "x")], template: failing), .bad, lines: [2],
      "not x")
  }

  @Test func endTokens() throws {
    check("end-token", try diagnosis([Self.good]), .ok, "<|endoftext|>")
    let without = try Tokenizer(contentsOf: TestFiles.golden("rows/bytes/tokenizer.json"))
    check("end-token", try diagnosis([Self.good], tokenizer: without), .ok)
    // Without a token that ends, there is none to learn.
    try TestFiles.withTemporaryDirectory { directory in
      let files = TestFiles.golden("rows/bytes")
      try FileSystem.write(FileSystem.read("\(files)/tokenizer.json"), to: "\(directory)/tokenizer.json")
      try FileSystem.write("{}", to: "\(directory)/tokenizer_config.json")
      let endless = try Tokenizer(contentsOf: directory)
      check("end-token", try diagnosis([Self.good], ends: [], tokenizer: endless), .bad, "neither")
    }
    let rounded = tokenizer.vocabularySize + 8
    check(
      "end-token", try diagnosis([Self.good], vocabulary: rounded, modelEnd: Int32(rounded - 1)), .bad,
      "which the tokenizer does not have")
  }

  @Test func endsOfAnswers() throws {
    check("end", try diagnosis([Self.good, Self.chat()], template: Self.lines), .ok)
    // The turn's own mark does not end generation, and is all that is learned.
    let other = try diagnosis([Self.chat(), Self.twoTurns], template: Self.lines, ends: [])
    check("end", other, .bad, lines: [1, 2], "3 of 3 answers")
    // What is cut loses its end.
    let length = try diagnosis([Self.good]).tokenCount
    let cut = try diagnosis([Self.good, #"{"prompt": "a", "completion": " b"}"#], context: length - 1)
    check("end", cut, .warning, lines: [1], "1 of 2 answers")
    check("end", try diagnosis([Self.pair(" a", " b")]), nil)
  }

  @Test func beginnings() throws {
    let texts = #"{"prompt": "How far?", "completion": " seven"}"#
    check("beginning", try diagnosis([texts], tokenizer: pieces), .ok, "one")
    let laidOut = #"{"prompt": "<s>How far?", "completion": " seven"}"#
    check("beginning", try diagnosis([texts, laidOut], tokenizer: pieces), .bad, lines: [2], "twice")
    check(
      "beginning", try diagnosis([Self.chat()], template: Self.lines, tokenizer: pieces), .warning,
      lines: [1],
      "start without")
    let begun = "{{ bos_token }}" + Self.lines
    check("beginning", try diagnosis([Self.chat()], template: begun, tokenizer: pieces), .ok)
    let twice = "{{ bos_token }}{{ bos_token }}" + Self.lines
    check("beginning", try diagnosis([Self.chat()], template: twice, tokenizer: pieces), .bad, lines: [1])
  }

  @Test func turns() throws {
    check("turns", try diagnosis([Self.chat(), Self.twoTurns], template: Self.lines), .ok)
    check("turns", try diagnosis([Self.good], template: Self.lines), nil)
    let thoughtful = Self.lines.replacing(
      "assistant\n{% endif %}", with: "assistant\n<think></think>{% endif %}")
    check(
      "turns", try diagnosis([Self.chat()], template: thoughtful), .warning, lines: [1], "<think></think>")
    // Only the last message is whole.
    let forgetful = Self.lines.replacing(
      "{{ m.content }}", with: "{{ m.content if loop.last else m.content | length }}")
    check(
      "turns", try diagnosis([Self.twoTurns], template: forgetful, learning: .everything), .warning,
      lines: [1],
      "before message 2")
    // Where the answer can't be told for it, the template is bad for what is learned, not for writing.
    let untold = try diagnosis([Self.twoTurns], template: forgetful)
    check("turns", untold, .bad, lines: [1], "can't be told")
    check("template", untold, nil)
    let silent = Self.lines.replacing(
      "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}", with: "")
    check(
      "turns", try diagnosis([Self.chat()], template: silent), .warning, lines: [1], "add_generation_prompt")
    // An end after all turns is no flaw.
    check(
      "turns",
      try diagnosis([Self.twoTurns], template: Self.lines + "{{ eos_token if not add_generation_prompt }}"),
      .ok)
  }

  @Test func mixedLabels() throws {
    func row(_ labels: String) -> String {
      #"{"prompt": "p", "completions": [" a", " b"], "labels": \#(labels)}"#
    }
    let mixed = try diagnosis([row("[true, false]"), row("[1, 0]"), row("[false, true]")], kind: .process)
    check("rows", mixed, .bad, lines: [2], "keep one kind")
  }

  @Test func tools() throws {
    let row = Self.chat().replacing(
      "{\"messages\"", with: "{\"tools\": [{\"name\": \"clock\"}], \"messages\"")
    check("tools", try diagnosis([Self.chat()], template: Self.lines), nil)
    check("tools", try diagnosis([Self.chat(), row], template: Self.lines), .warning, lines: [2])
    check("tools", try diagnosis([row], template: "{{ tools }}" + Self.lines), .ok)
  }

  @Test func marks() throws {
    check("marks", try diagnosis([Self.chat()], template: Self.lines), .ok)
    check(
      "marks", try diagnosis([Self.chat(), Self.chat("a<|im_end|>")], template: Self.lines), .warning,
      lines: [2])
  }

  @Test func lengths() throws {
    let length = try diagnosis([Self.good]).tokenCount
    check("length", try diagnosis([Self.good], context: length), .ok, "longest \(length)")
    check(
      "length", try diagnosis([Self.good], context: length - 2), .bad, lines: [1], "2 of \(length) tokens"
    )
  }

  @Test func rowsWithNothingToLearn() throws {
    check("learned", try diagnosis([Self.good]), .ok)
    let found = try diagnosis(
      [
        #"{"prompt": "p", "completion": " "}"#, #"{"messages": [{"role": "user", "content": "q"}]}"#,
        Self.good,
      ],
      template: Self.lines)
    check("learned", found, .bad, lines: [1, 2], "empty")
    check("learned", try diagnosis([Self.good], context: 2), .bad, lines: [1], "ends before the answer")
    let silent = "{% for m in messages %}{{ m.content }}{% generation %}{% endgeneration %}{% endfor %}"
    check(
      "learned", try diagnosis([Self.chat()], template: silent), .bad, lines: [1], "no token is of the answer"
    )
  }

  @Test func sameAnswers() throws {
    check("same-answers", try diagnosis([Self.pair(" a", " b")]), .ok)
    check("same-answers", try diagnosis([Self.good]), nil)
    let found = try diagnosis(
      [
        Self.pair(" a", " a"), Self.pair(" a", " a<|endoftext|>"), Self.pair(" a", " b"),
        Self.pair(String(repeating: " a", count: 40) + "1", String(repeating: " a", count: 40) + "2"),
      ], context: 20)
    check("same-answers", found, .bad, lines: [1, 2, 4], "once cut to the context of 20")
  }

  @Test func duplicates() throws {
    let other = #"{"completion": " seven boats", "prompt": "How far?"}"#
    check("duplicates", try diagnosis([Self.good, Self.chat()]), .ok)
    check("duplicates", try diagnosis([Self.good, Self.chat(), other]), .warning, lines: [3], "as line 1")
  }

  @Test func contradictions() throws {
    check("contradictions", try diagnosis([Self.good]), nil)
    check("contradictions", try diagnosis([Self.pair(" a", " b"), Self.pair(" b", " c")]), .ok)
    check(
      "contradictions",
      try diagnosis([Self.pair(" a", " b"), Self.pair(" a", " b", "q?"), Self.pair(" b", " a")]),
      .warning, lines: [3], "line 1")
    let ranked = #"{"prompt": "How far?", "ranked": [" c", " b", " a"]}"#
    check("contradictions", try diagnosis([ranked, Self.pair(" a", " c")]), .warning, lines: [2])
    let labelled = [
      #"{"text": "t", "label": "x"}"#, #"{"text": "u", "label": "x"}"#, #"{"text": "t", "label": "y"}"#,
    ]
    check("contradictions", try diagnosis(labelled), .warning, lines: [3], "y here, x in line 1")
    check("contradictions", try diagnosis(Array(labelled.prefix(2))), .ok)
  }

  @Test func borders() throws {
    check("border", try diagnosis([Self.good]), .ok)
    check("border", try diagnosis([Self.chat()], template: Self.lines), nil)
    // " seven" is a token, and so the space is none.
    let spaced = #"{"prompt": "How far? ", "completion": "seven boats"}"#
    check("border", try diagnosis([Self.good, spaced]), .warning, lines: [2], "\" \" becomes \" s")
  }

  @Test func joins() throws {
    check("join", try diagnosis([Self.good]), .ok)
    check(
      "join", try diagnosis([Self.good, #"{"prompt": "How far?", "completion": "seven"}"#]), .warning,
      lines: [2],
      "How far?seven")
    let marked = #"{"prompt": "<|im_start|>q<|im_end|>", "completion": "seven"}"#
    check("join", try diagnosis([marked]), .ok)
    check("join", try diagnosis([Self.chat()], template: Self.lines), nil)
  }

  @Test func unknownTokens() throws {
    check("unknown", try diagnosis([Self.good]), nil)
    check("unknown", try diagnosis([Self.good], tokenizer: pieces), .ok)
    let letters = try Tokenizer.characters(trainingOn: ["How far? seven boats"])
    let row = #"{"prompt": "Q?", "completion": " seven"}"#
    check(
      "unknown", try diagnosis([Self.good, row], ends: [], tokenizer: letters), .warning, lines: [2],
      "1 tokens in")
  }

  @Test func answerLengths() throws {
    let longer = (0..<12).map { Self.pair(" a b c \($0)", " a") }
    check("answer-length", try diagnosis(longer), .warning, "preferred in 100% of 12 pairs")
    let even = (0..<6).flatMap { [Self.pair(" a b c \($0)", " a"), Self.pair(" a", " a b \($0)")] }
    check("answer-length", try diagnosis(even), .ok, "50%")
    check("answer-length", try diagnosis([Self.good]), nil)
  }

  @Test func labels() throws {
    let rows = [
      #"{"text": "t", "label": "x"}"#, #"{"text": "u", "label": "x"}"#, #"{"text": "v", "label": "y"}"#,
    ]
    check("labels", try diagnosis(rows), .ok, "x: 2, y: 1")
    check("labels", try diagnosis(Array(rows.prefix(2))), .bad, "every label is x")
    check("labels", try diagnosis([Self.good]), nil)
  }

  /// The tokens and weights of an example are those that training would have.
  @Test func examples() throws {
    let found = try diagnosis([Self.good])
    let encoder = RowEncoder(
      tokenizer: tokenizer, templates: nil, endOfText: tokenizer.endOfText, context: 200)
    let row = DataRow(file: "rows", line: 1, columns: try JSON(parsing: Self.good, file: "rows").object!)
    let sequence = try encoder.encode(InstructionRow(row), learning: .completion)
    #expect(found.examples[0].sequences[0].tokens == sequence.tokens)
    #expect(found.examples[0].sequences[0].isWeighted == sequence.isLearned)
    // A reward is read at the last token that fits.
    let pair = try diagnosis([Self.pair(" seven boats", " b")], context: 6).examples[0].sequences
    #expect(pair.map(\.name) == ["chosen", "rejected"])
    #expect(pair[0].kept == 6 && pair[0].isWeighted.firstIndex(of: true) == 5)
  }
}
