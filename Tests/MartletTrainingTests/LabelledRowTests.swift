import MartletText
import Testing

@testable import MartletTraining

/// Rows of outcomes, steps and classes, good and bad.
@Suite struct LabelledRowTests {
  private func row(_ text: String) throws -> DataRow {
    DataRow(file: "rows", line: 1, columns: try JSON(parsing: text, file: "rows").object!)
  }

  /// What is wrong with a row.
  private func problem<Row>(
    _ text: String, _ make: (DataRow) throws(RowProblem) -> Row
  ) throws -> String? {
    let row = try row(text)
    do throws(RowProblem) {
      _ = try make(row)
      return nil
    } catch { return error.reason }
  }

  @Test(arguments: [
    ("true", Float(1)), ("false", 0), ("0.25", 0.25), ("1", 1), ("0", 0), ("\"True\"", 1), ("\"0.5\"", 0.5),
  ]) func outcomes(label: String, value: Float) throws {
    let row = try OutcomeRow(row("{\"prompt\": \"p\", \"completion\": \"c\", \"label\": \(label)}"))
    #expect(row.label == value)
    #expect(row.instruction.form == .completion(prompt: .text("p"), completion: .text("c")))
  }

  @Test(arguments: [
    (#"{"prompt": "p", "completion": "c"}"#, "\"label\" is missing"),
    (#"{"prompt": "p", "completion": "c", "label": null}"#, "\"label\" is missing"),
    (#"{"prompt": "p", "completion": "c", "label": ""}"#, "\"label\" is missing"),
    (#"{"prompt": "p", "completion": "c", "label": 1.5}"#, "from 0 to 1, found 1.5"),
    (#"{"prompt": "p", "completion": "c", "label": -1}"#, "from 0 to 1, found -1"),
    (#"{"prompt": "p", "completion": "c", "label": "yes"}"#, "found \"yes\""),
    (#"{"prompt": "p", "completion": "c", "label": [true]}"#, "found [true]"),
    (#"{"prompt": "p", "completion": " ", "label": true}"#, "the completion is empty"),
    (#"{"prompt": "p", "label": true}"#, "\"completion\" is missing"),
    (#"{"text": "t", "label": true}"#, "has no answer of its own"),
    (#"{"prompt": "p", "completion": "c", "labels": true}"#, "\"labels\" is not one of"),
    (#"{"label": true}"#, "there is none of"),
    (#"{"messages": [{"role": "user", "content": "q"}], "label": true}"#, "\"assistant\""),
  ]) func badOutcomes(text: String, fragment: String) throws {
    let found = try problem(text) { row throws(RowProblem) in try OutcomeRow(row) }
    #expect(found?.contains(fragment) == true, "\(found ?? "no problem")")
  }

  @Test func steps() throws {
    let truths = try ProcessRow(row(#"{"prompt": "p", "completions": ["a", "b"], "labels": [true, false]}"#))
    #expect(truths.steps == ["a", "b"] && truths.labels == ["true", "false"])
    let numbers = try ProcessRow(row(#"{"prompt": "p", "completions": ["a", "b"], "labels": [-1, 1.0]}"#))
    #expect(numbers.labels == ["-1", "1"])
    let plain = try ProcessRow(row(#"{"prompt": "p", "completions": ["a"]}"#), isLabelled: false)
    #expect(plain.labels.isEmpty)
  }

  @Test(arguments: [
    (#"{"completions": ["a"], "labels": [true]}"#, "\"prompt\" is missing"),
    (#"{"prompt": [], "completions": ["a"], "labels": [true]}"#, "a list without a message"),
    (#"{"prompt": "p", "labels": [true]}"#, "\"completions\" is missing"),
    (#"{"prompt": "p", "completions": [], "labels": []}"#, "at least one step"),
    (#"{"prompt": "p", "completions": "a", "labels": [true]}"#, "found a string"),
    (#"{"prompt": "p", "completions": ["a", 2], "labels": [true, true]}"#, "step 2"),
    (
      #"{"prompt": "p", "completions": ["a", " "], "labels": [true, true]}"#,
      "step 2 of \"completions\" is empty"
    ),
    (#"{"prompt": "p", "completions": ["a", "b"], "labels": [true]}"#, "1 labels for 2 steps"),
    (#"{"prompt": "p", "completions": ["a"], "labels": [true, true]}"#, "2 labels for 1 steps"),
    (#"{"prompt": "p", "completions": ["a"]}"#, "\"labels\" is missing"),
    (#"{"prompt": "p", "completions": ["a"], "labels": true}"#, "must be a list"),
    (#"{"prompt": "p", "completions": ["a"], "labels": [0.5]}"#, "label 1"),
    (#"{"prompt": "p", "completions": ["a"], "labels": ["good"]}"#, "label 1"),
    (#"{"prompt": "p", "completions": ["a", "b"], "labels": [true, 0]}"#, "keep one kind"),
    (#"{"prompt": "p", "completions": ["a"], "labels": [true], "label": 1}"#, "\"label\" is not one of"),
  ]) func badSteps(text: String, fragment: String) throws {
    let found = try problem(text) { row throws(RowProblem) in try ProcessRow(row) }
    #expect(found?.contains(fragment) == true, "\(found ?? "no problem")")
  }

  @Test(arguments: [("\"spam\"", "spam"), ("3", "3"), ("-1", "-1"), ("true", "true"), ("\"7\"", "7")])
  func classes(label: String, name: String) throws {
    #expect(try ClassRow(row("{\"text\": \"t\", \"label\": \(label)}")).label == name)
    // A conversation without an answer can have a class.
    let messages = "[{\"role\": \"user\", \"content\": \"q\"}]"
    #expect(try ClassRow(row("{\"messages\": \(messages), \"label\": \(label)}")).label == name)
  }

  @Test(arguments: [
    (#"{"text": "t"}"#, "\"label\" is missing"), (#"{"text": "t", "label": " "}"#, "\"label\" is missing"),
    (#"{"text": "t", "label": 0.5}"#, "a name or a whole number, found 0.5"),
    (#"{"text": "t", "label": ["a"]}"#, "a name or a whole number"),
    (#"{"text": "", "label": 1}"#, "not empty"),
    (#"{"label": 1}"#, "there is none of"), (#"{"text": "t", "lable": 1}"#, "\"lable\" is not one of"),
    (#"{"text": "t", "messages": [], "label": 1}"#, "stands beside"),
  ]) func badClasses(text: String, fragment: String) throws {
    let found = try problem(text) { row throws(RowProblem) in try ClassRow(row) }
    #expect(found?.contains(fragment) == true, "\(found ?? "no problem")")
  }
}
