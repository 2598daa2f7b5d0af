import MartletText
import Testing

@testable import MartletTraining

/// Rows of files, good and bad.
@Suite struct DataRowTests {
  /// The rows of a file, and the lines that say what is wrong.
  private func read(_ name: String, _ text: String) throws -> (rows: [DataRow], problems: [String]) {
    var (rows, problems) = ([DataRow](), RowProblems())
    try TestFiles.withTemporaryDirectory { directory in
      let path = FileSystem.join(directory, name)
      try FileSystem.write(text, to: path)
      rows = try RowFile.read(path, problems: &problems)
    }
    // Without the directory, which ends in the last slash.
    let lines = problems.lines.map { String($0.split(separator: "/").last ?? "") }
    return (rows, lines)
  }

  @Test func linesKeepTheirNumbers() throws {
    let (rows, problems) = try read(
      "rows.jsonl", "{\"a\": 1}\n\n{\"a\": }\n7\n\t\r\n{\"a\": 2}\r\n{\"a\": 3, \"a\": 4}")
    #expect(rows.map(\.line) == [1, 6])
    #expect(rows.map { $0["a"]?.int } == [1, 2])
    #expect(problems.count == 3)
    #expect(problems[0].hasPrefix("rows.jsonl, line 3: broken JSON: "), "\(problems)")
    #expect(problems[1] == "rows.jsonl, line 4: expected an object, found an integer")
    #expect(problems[2].hasPrefix("rows.jsonl, line 7: broken JSON: "), "\(problems)")
  }

  @Test func arraysAndTables() throws {
    let array = try read("rows.json", "[{\"a\": \"x\"}, [], {\"a\": \"y\"}]")
    #expect(array.rows.map { $0["a"]?.string } == ["x", "y"] && array.rows.map(\.line) == [1, 3])
    #expect(array.problems == ["rows.json, element 2: expected an object, found an array"])

    let table = try read(
      "rows.csv",
      "\u{FEFF}prompt,chosen\r\n\"a, \"\"b\"\"\",x\r\n\"two\nlines\",\"y\"\r\n\nonly\np,\r\n\"\",\"\"")
    #expect(table.rows.map { $0["prompt"]?.string } == ["a, \"b\"", "two\nlines", "p", ""])
    #expect(table.rows.map { $0["chosen"]?.string } == ["x", "y", "", ""])
    #expect(table.rows.map(\.line) == [2, 3, 7, 8])
    #expect(table.problems == ["rows.csv, line 6: 1 fields where the header has 2"])
    // Lists are written as JSON; texts that look like it stay texts.
    let lists = try read(
      "lists.csv", "messages,text\n\"[{\"\"role\"\": \"\"user\"\"}]\",[1]\nplain,\n")
    #expect(lists.rows.map { $0["messages"]?.compact } == [#"[{"role":"user"}]"#, #""plain""#])
    #expect(lists.rows[0]["text"]?.string == "[1]")
  }

  @Test func aLineThatIsNoTextLeavesTheOthers() throws {
    var problems = RowProblems()
    try TestFiles.withTemporaryDirectory { directory in
      let path = FileSystem.join(directory, "rows.jsonl")
      try FileSystem.write(
        Array(#"{"a": 1}"#.utf8) + [0x0A, 0x22, 0xFF, 0x22, 0x0A] + Array(#"{"a": 2}"#.utf8), to: path)
      #expect(try RowFile.read(path, problems: &problems).map(\.line) == [1, 3])
    }
    #expect(
      problems.lines.count == 1 && problems.lines[0].contains("line 2: ")
        && problems.lines[0].contains("UTF-8"))
  }

  @Test(arguments: [
    ("rows.jsonl", "", "there are no rows"), ("rows.jsonl", "\n \n", "there are no rows"),
    ("rows.json", "{}", "expected an array of rows"), ("rows.json", "[]", "there are no rows"),
    ("rows.csv", "a,b\n", "there are no rows"), ("rows.csv", "a,a\n1,2", "again in place 2"),
    ("rows.csv", "a,b\n1,\"2\n3", "line 2: the quote that opens a field is never closed"),
    ("rows.csv", "a,b\n\"1\"2,3", "line 2: a field goes on after its closing quote"),
    ("rows.json", "[{\"a\": 1}", "rows.json"),
  ]) func brokenFiles(name: String, text: String, fragment: String) throws {
    #expect {
      _ = try read(name, text)
    } throws: { ($0 as? MartletError)?.message.contains(fragment) == true }
  }

  /// What is wrong with one row, as each kind of row finds it.
  private func problem<Row>(
    _ text: String, _ make: (DataRow) throws(RowProblem) -> Row
  ) throws -> String? {
    let row = DataRow(file: "rows", line: 1, columns: try JSON(parsing: text, file: "rows").object!)
    do throws(RowProblem) {
      _ = try make(row)
      return nil
    } catch { return error.reason }
  }

  @Test(arguments: [
    (#"{"prompt": "p", "chosen": "a"}"#, "\"rejected\" is missing"),
    (#"{"prompt": "p", "chosen": "a", "rejected": null}"#, "\"rejected\" is missing"),
    (#"{"prompt": "p", "chosen": "a", "rejected": "b", "choosen": "c"}"#, "\"choosen\" is not one of"),
    (#"{"prompt": "p", "chosen": " \n", "rejected": "b"}"#, "\"chosen\" is empty"),
    (#"{"prompt": "p", "chosen": "a", "rejected": "a"}"#, "are the same"),
    (
      #"{"prompt": "p", "chosen": "a", "rejected": 7}"#,
      "must be a text or a list of messages, found an integer"
    ),
    (#"{"prompt": "p", "chosen": "a", "rejected": "b", "margin": "much"}"#, "must be a number"),
    (#"{"prompt": "p", "chosen": "a", "rejected": "b", "margin": 1e300}"#, "out of all proportion"),
    (
      #"{"chosen": [{"role": "assistant", "content": " "}], "rejected": [{"role": "assistant", "content": "b"}]}"#,
      "is empty"
    ),
    (
      #"{"prompt": "p", "chosen": "a", "rejected": "b", "true_rewards": [1]}"#,
      "\"true_rewards\" must be a list of 2 numbers, found [1]"
    ),
    (
      #"{"prompt": "p", "ranked": ["a", "b", "c"], "true_rewards": [1, "2", 3]}"#,
      "\"true_rewards\" must be a list of 3 numbers"
    ),
    (
      #"{"prompt": "p", "chosen": [{"role": "assistant", "content": "a"}], "rejected": "b"}"#,
      "but the prompt is not"
    ),
    (
      #"{"chosen": [{"role": "assistant", "content": "a"}], "rejected": "b"}"#,
      "\"rejected\" is a text, but \"chosen\""
    ),
    (
      #"{"prompt": [], "chosen": [{"content": "a"}], "rejected": []}"#,
      "message 1 of the column \"chosen\" has no \"role\""
    ),
    (#"{"prompt": "p", "ranked": ["a"]}"#, "at least two answers"),
    (
      #"{"prompt": "p", "ranked": ["a", "b", "a"]}"#,
      "answer 1 of \"ranked\" and answer 3 of \"ranked\" are the same"
    ),
    (#"{"prompt": "p", "ranked": ["a", "b"], "chosen": "a"}"#, "leave one or the other out"),
  ]) func badPreferences(text: String, fragment: String) throws {
    let found = try problem(text) { row throws(RowProblem) in try PreferenceRow(row) }
    #expect(found?.contains(fragment) == true, "\(found ?? "no problem")")
  }

  @Test func goodPreferences() throws {
    func row(_ text: String) throws -> PreferenceRow {
      try PreferenceRow(
        DataRow(file: "rows", line: 1, columns: JSON(parsing: text, file: "rows").object!), ignoring: ["id"])
    }
    let plain = try row(#"{"prompt": "p", "chosen": "a", "rejected": "b", "margin": 0.5, "id": 3}"#)
    #expect(plain.prompt == .text("p") && plain.answers == [.text("a"), .text("b")] && plain.margin == 0.5)
    #expect(try row(#"{"chosen": "a", "rejected": "b", "margin": "2"}"#).margin == 2)
    #expect(plain.trueRewards == nil)
    #expect(try row(#"{"ranked": ["a", "b"], "true_rewards": [3, -0.5]}"#).trueRewards == [3, -0.5])
    #expect(try row(#"{"prompt": "p", "ranked": ["a", "b", "c"]}"#).answers.count == 3)
    let whole = try row(
      #"{"chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "#
        + #""rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}]}"#)
    guard case .messages(let prompt) = whole.prompt else { throw MartletError("no conversation") }
    #expect(prompt.count == 1 && prompt[0]["content"]?.string == "q")
  }

  @Test(arguments: [
    (#"{"prompt": "p"}"#, "\"completion\" is missing"), (#"{"completion": "c"}"#, "\"prompt\" is missing"),
    (#"{"prompt": "p", "completion": ""}"#, "the completion is empty"),
    (#"{"prompt": "p", "completion": "c", "text": "t"}"#, "stands beside"),
    (#"{"answer": "p"}"#, "\"answer\" is not one of"), (#"{}"#, "there is none of"),
    (#"{"messages": []}"#, "at least one message"), (#"{"messages": "m"}"#, "at least one message"),
    (#"{"messages": [{"role": "user", "content": "q"}]}"#, "nothing to learn"),
    (#"{"messages": [{"role": "assistant"}]}"#, "has no \"content\""), (#"{"text": ""}"#, "not empty"),
    (
      #"{"prompt": "p", "completion": [{"role": "assistant", "content": "a"}]}"#,
      "one of prompt and completion"
    ),
    (#"{"text": "t", "chat_template_kwargs": 1}"#, "must be an object"),
    (
      #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": " \n"}]}"#,
      "message 2, of the assistant, is empty"
    ),
    (
      #"{"prompt": [{"role": "user", "content": "q"}], "completion": [{"role": "assistant", "content": ""}]}"#,
      "the completion is empty"
    ),
  ]) func badInstructions(text: String, fragment: String) throws {
    let found = try problem(text) { row throws(RowProblem) in try InstructionRow(row) }
    #expect(found?.contains(fragment) == true, "\(found ?? "no problem")")
  }

  /// All problems are said together, rows of one kind on one line, and none of them twice.
  @Test func problemsAreSaidTogether() throws {
    var problems = RowProblems()
    for line in 1...12 { problems.add(RowProblem(file: "f", line: line, reason: "no prompt")) }
    problems.add(RowProblem(file: "f", line: 3, reason: "no answer"))
    #expect(
      problems.lines == ["f, lines 1, 2, 3, 4, 5, 6, 7, 8 and 4 more: no prompt", "f, line 3: no answer"])
    #expect {
      try problems.check(rows: 20)
    } throws: { ($0 as? MartletError)?.message.hasPrefix("12 of 20 rows can't be used") == true }
    try RowProblems().check(rows: 20)
  }
}
