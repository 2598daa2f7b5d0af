import MartletText

/// An answer in steps, each with its class.
///
/// A row is `{"prompt", "completions": [step, …], "labels": [true, false, …]}`, as in TRL. The labels are truth values or
/// whole numbers; the prompt is a text, or a list of messages that a chat template lays out.
public struct ProcessRow: Sendable {
  /// Where it stands.
  public let source: DataRow
  /// What is answered.
  package let prompt: RowContent
  /// The steps, none of them empty.
  public let steps: [String]
  /// The name of each step's class: `true`, `false`, or a whole number.
  public let labels: [String]
  /// Variables for the chat template other than the messages.
  package let variables: JSONObject

  private static let columns = ["prompt", "completions", "labels"]

  /// Reads a row.
  ///
  /// - Parameters:
  ///   - ignored: columns to pass over.
  ///   - isLabelled: whether it must have labels; else they may be left out.
  /// - Throws: what is wrong with it: a column missing, unknown or of another kind, an empty step, as many labels as
  ///   steps not there.
  public init(
    _ row: DataRow, ignoring ignored: [String] = [], isLabelled: Bool = true
  ) throws(RowProblem) {
    try row.requireOnly(Self.columns + DataRow.templateColumns, ignoring: ignored)
    source = row
    prompt = try row.content("prompt")
    if case .messages(let messages) = prompt, messages.isEmpty {
      throw row.problem("the column \"prompt\" is a list without a message")
    }
    steps = try Self.steps(of: row)
    labels = !isLabelled && row["labels"] == nil ? [] : try Self.labels(of: row)
    if labels.count != steps.count, isLabelled || !labels.isEmpty {
      throw row.problem(
        "\(labels.count) labels for \(steps.count) steps; \"labels\" must hold one for each of \"completions\""
      )
    }
    variables = try row.templateVariables()
  }

  private static func steps(of row: DataRow) throws(RowProblem) -> [String] {
    guard let list = row["completions"] else {
      throw row.problem("the column \"completions\" is missing; expected a list of steps")
    }
    guard let steps = list.array, !steps.isEmpty else {
      throw row.problem("\"completions\" must be a list of at least one step, found \(list.kind)")
    }
    var texts: [String] = []
    for (place, step) in steps.enumerated() {
      guard let text = step.string else {
        throw row.problem("step \(place + 1) of \"completions\" must be a text, found \(step.kind)")
      }
      if text.allSatisfy(\.isWhitespace) {
        throw row.problem("step \(place + 1) of \"completions\" is empty")
      }
      texts.append(text)
    }
    return texts
  }

  private static func labels(of row: DataRow) throws(RowProblem) -> [String] {
    guard let list = row["labels"] else {
      throw row.problem(
        "the column \"labels\" is missing; expected one truth value or whole number for each step")
    }
    guard let labels = list.array else {
      throw row.problem("\"labels\" must be a list, found \(list.kind)")
    }
    var names: [String] = []
    for (place, label) in labels.enumerated() {
      guard let name = name(of: label) else {
        throw row.problem(
          "label \(place + 1) of \"labels\" must be a truth value or a whole number, found \(label.compact)")
      }
      names.append(name)
    }
    if Set(labels.map { $0.bool == nil }).count > 1 {
      throw row.problem("\"labels\" holds truth values and numbers; keep one kind")
    }
    return names
  }

  private static func name(of label: JSON) -> String? {
    label.bool.map { "\($0)" } ?? label.int.map { "\($0)" }
  }
}
