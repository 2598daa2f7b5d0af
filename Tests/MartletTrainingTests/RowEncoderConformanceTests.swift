import MartletText
import Testing

@testable import MartletTraining

/// Rows and templates of the conformance data under the tokenizers there.
@Suite struct RowEncoderConformanceTests {
  private static func rows(_ name: String) throws -> [DataRow]? {
    guard let file = TestFiles.conformance(name) else { return nil }
    var problems = RowProblems()
    let rows = try RowFile.read(file, problems: &problems)
    #expect(problems.all.isEmpty)
    return rows
  }

  private static func learned(_ sequence: EncodedSequence, _ tokenizer: Tokenizer) -> String {
    tokenizer.decode(
      zip(sequence.tokens, sequence.isLearned).filter(\.1).map(\.0), skippingSpecialTokens: false)
  }

  /// What is learned of an instruction is its completion and the end, byte for byte, unless a token is of both.
  @Test(arguments: ["gpt2", "phi-3", "mistral-v3", "cl100k"])
  func instructions(name: String) throws {
    guard let rows = try Self.rows("sft/instructions.jsonl"),
      let directory = TestFiles.conformance("tokenizers/\(name)")
    else { return }
    let file = try FileSystem.names(inDirectory: directory).first { name in
      [".gguf", ".tiktoken", ".model", "tokenizer.json"].contains(where: name.hasSuffix)
    }
    guard let file else { return print("skipped: \(directory) has no tokenizer's file") }
    let tokenizer = try Tokenizer(
      contentsOf: FileSystem.join(directory, file), encoding: name == "cl100k" ? "cl100k_base" : nil)
    let encoder = RowEncoder(
      tokenizer: tokenizer, templates: nil, endOfText: tokenizer.endOfText, context: 4096)
    let end = tokenizer.endOfText.flatMap(tokenizer.token(of:)) ?? ""
    for row in rows.prefix(500) {
      let sequence = try encoder.encode(InstructionRow(row), learning: .completion)
      let completion = row["completion"]!.string! + end
      let learned = Self.learned(sequence, tokenizer)
      #expect(learned.hasSuffix(completion))
      // Of the prompt at most the end, which has grown together with the completion.
      let grown = learned.dropLast(completion.count)
      #expect(row["prompt"]!.string!.hasSuffix(grown) && grown.utf8.count <= 16, "\(grown) of \(completion)")
    }
  }

  /// The last answer of every conversation, under every template that writes one.
  @Test func templates() throws {
    guard let file = TestFiles.conformance("chat-templates/cases.json"),
      let directory = TestFiles.conformance("tokenizers/gpt2")
    else { return }
    let tokenizer = try Tokenizer(contentsOf: directory)
    var learnedTurns = 0
    for item in try JSON(file: file).array! {
      guard var variables = item["data"]?.object, let messages = variables["messages"]?.array,
        let last = messages.last(where: { $0["role"]?.string == "assistant" }),
        let content = last["content"]?.string
      else { continue }
      // Special tokens that came as variables of a row would count as data.
      for key in variables.keys
      where ["messages", "add_generation_prompt"].contains(key) || key.hasSuffix("_token") {
        variables[key] = nil
      }
      let template = try ChatTemplate(item["template"]!.string!, name: item["name"]!.string!)
      let encoder = RowEncoder(
        tokenizer: tokenizer, templates: ConversationTemplates(template), endOfText: tokenizer.endOfText,
        context: 100_000)
      let row = DataRow(file: "cases", line: 1, columns: ["messages": .array(messages)])
      do throws(RowProblem) {
        let sequence = try encoder.encode(
          prompt: nil, answer: .messages(messages), variables: variables, source: row, learning: .lastTurn)
        let learned = Self.learned(sequence, tokenizer)
        // Some templates leave thoughts out.
        let answer = content.components(after: "</think>").trimmingSpaces
        #expect(learned.contains(answer), "\(template.name): \(learned)")
        learnedTurns += 1
      } catch {
        print("\(template.name): \(error.reason)")
      }
    }
    print("learned turns: \(learnedTurns)")
    #expect(learnedTurns >= 12)
  }

  /// The rows of messages and of instructions are the same, and so is what is learned under a template without space.
  @Test func messagesAndPreferences() throws {
    guard let messages = try Self.rows("sft/messages.jsonl"),
      let preferences = try Self.rows("preferences/instruction_preferences.jsonl"),
      let directory = TestFiles.conformance("tokenizers/gpt2")
    else { return }
    let tokenizer = try Tokenizer(contentsOf: directory)
    let template = try ChatTemplate(
      "{% for m in messages %}{{ m.role }}: {{ m.content + eos_token }}{% endfor %}"
        + "{% if add_generation_prompt %}assistant: {% endif %}", name: "template")
    let encoder = RowEncoder(
      tokenizer: tokenizer, templates: ConversationTemplates(template), endOfText: tokenizer.endOfText,
      context: 1024)
    for row in messages.prefix(500) {
      let sequence = try encoder.encode(InstructionRow(row), learning: .assistant)
      let content = row["messages"]![1]!["content"]!.string!
      #expect(Self.learned(sequence, tokenizer).hasSuffix(content + "<|endoftext|>"))
    }
    for row in preferences.prefix(500) where row["chosen"] != row["rejected"] {
      let example = try encoder.encode(PreferenceRow(row))
      #expect(example.sequences.allSatisfy { $0.last == tokenizer.endOfText })
    }
  }
}

extension String {
  /// What stands after the last of a mark; all where there is none.
  fileprivate func components(after mark: String) -> String {
    ranges(of: mark).last.map { String(self[$0.upperBound...]) } ?? self
  }

  fileprivate var trimmingSpaces: String {
    let start = drop(while: \.isWhitespace)
    return String(
      start.prefix(upTo: start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.endIndex))
  }
}
