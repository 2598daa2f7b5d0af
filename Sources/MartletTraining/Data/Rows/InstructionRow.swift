import MartletText

/// One text to learn from, with the part that is learned.
///
/// A row is `{"prompt", "completion"}` (each a text or a list of messages), `{"messages"}` or `{"text"}`.
public struct InstructionRow: Sendable {
  /// What a row holds.
  package enum Form: Sendable, Equatable {
    /// A prompt that is given, and what should follow it.
    case completion(prompt: RowContent, completion: RowContent)
    /// A conversation.
    case conversation([JSON])
    /// A text as it is.
    case text(String)
  }

  /// Where it stands.
  public let source: DataRow
  /// What it holds.
  package let form: Form
  /// Variables for the chat template other than the messages, such as `tools`.
  package let variables: JSONObject

  private static let forms = [["prompt", "completion"], ["messages"], ["text"]]

  /// Reads a row.
  ///
  /// - Parameter ignored: columns to pass over.
  /// - Throws: what is wrong with it: columns missing, unknown, of another kind or of two forms, nothing to learn.
  public init(_ row: DataRow, ignoring ignored: [String] = []) throws(RowProblem) {
    try self.init(row, beside: [], needsAnswer: true, ignoring: ignored)
  }

  /// Reads the text of a row that has other columns too.
  ///
  /// - Parameters:
  ///   - others: the other columns, which are not looked at.
  ///   - needsAnswer: whether a conversation must have a turn of the assistant, and a completion say something.
  init(
    _ row: DataRow, beside others: [String], needsAnswer: Bool, ignoring ignored: [String]
  ) throws(RowProblem) {
    try row.requireOnly(Self.forms.flatMap(\.self) + others + DataRow.templateColumns, ignoring: ignored)
    let present = Self.forms.filter { form in form.contains { row[$0] != nil } }
    guard let form = present.first else {
      throw row.problem("there is none of {\"prompt\", \"completion\"}, {\"messages\"} and {\"text\"}")
    }
    if present.count > 1 {
      throw row.problem(
        "\"\(form[0])\" stands beside \"\(present[1][0])\": keep the columns of one form")
    }
    source = row
    switch form[0] {
    case "prompt":
      let (prompt, completion) = (try row.content("prompt"), try row.content("completion"))
      if needsAnswer, completion.isEmpty {
        throw row.problem("the completion is empty: there is nothing to learn", .nothingToLearn)
      }
      if !prompt.hasForm(of: completion) {
        throw row.problem("one of prompt and completion is a text, the other a list of messages")
      }
      self.form = .completion(prompt: prompt, completion: completion)
    case "messages":
      guard case .messages(let messages) = try row.content("messages"), !messages.isEmpty else {
        throw row.problem("the column \"messages\" must be a list of at least one message")
      }
      guard !needsAnswer || messages.contains(where: { $0["role"]?.string == "assistant" }) else {
        throw row.problem(
          "no message is of the role \"assistant\": there is nothing to learn", .nothingToLearn)
      }
      let silent = messages.firstIndex { $0["role"]?.string == "assistant" && RowContent.isEmpty($0) }
      if needsAnswer, let silent {
        throw row.problem(
          "message \(silent + 1), of the assistant, is empty: there is nothing to learn", .nothingToLearn)
      }
      self.form = .conversation(messages)
    default:
      guard case .text(let text) = try row.content("text"), !text.isEmpty else {
        throw row.problem("the column \"text\" must be a text that is not empty")
      }
      self.form = .text(text)
    }
    variables = try row.templateVariables()
  }

  /// What is given, and what is or holds the answer.
  var parts: (prompt: RowContent?, answer: RowContent) {
    switch form {
    case .completion(let prompt, let completion): (prompt, completion)
    case .conversation(let messages): (nil, .messages(messages))
    case .text(let text): (nil, .text(text))
    }
  }

  /// What its form usually means to learn: the completion of a prompt, every turn of the assistant, the whole of a text.
  public var usualPart: LearnedPart {
    switch form {
    case .completion: .completion
    case .conversation: .assistant
    case .text: .everything
    }
  }
}
