import MartletText

/// Reading columns, with problems that say which column, what was expected and what was found.
extension DataRow {
  /// Fails where a column is not one of those known: most often a name misspelt, which would go unnoticed.
  func requireOnly(_ known: [String], ignoring ignored: [String]) throws(RowProblem) {
    for column in columns.keys where !known.contains(column) && !ignored.contains(column) {
      throw problem(
        "the column \"\(column)\" is not one of \(known.joined(separator: ", ")); "
          + "rename it, or pass over it with --ignore-columns \(column)")
    }
  }

  /// The text or conversation of a column that must be there.
  func content(_ column: String) throws(RowProblem) -> RowContent {
    guard let content = try optionalContent(column) else {
      throw problem("the column \"\(column)\" is missing; expected a text or a list of messages")
    }
    return content
  }

  /// The text or conversation of a column; nil when it is missing or null.
  func optionalContent(_ column: String) throws(RowProblem) -> RowContent? {
    guard let value = self[column] else { return nil }
    return try content(value, of: "the column \"\(column)\"")
  }

  /// - Parameter what: what the value is, in words for messages.
  func content(_ value: JSON, of what: String) throws(RowProblem) -> RowContent {
    if let text = value.string { return .text(text) }
    guard let messages = value.array else {
      throw problem("\(what) must be a text or a list of messages, found \(value.kind)")
    }
    for (place, message) in messages.enumerated() {
      guard let role = message["role"]?.string, !role.isEmpty else {
        throw problem(
          "message \(place + 1) of \(what) has no \"role\"; expected {\"role\": …, \"content\": …}")
      }
      let content = message["content"]
      let hasContent = content?.string != nil || content?.array != nil
      let hasCalls = message["tool_calls"]?.array.map { !$0.isEmpty } ?? false
      guard hasContent || hasCalls else {
        throw problem(
          "message \(place + 1) of \(what), of the role \"\(role)\", has no \"content\" that is a text")
      }
    }
    return .messages(messages)
  }

  /// The number in a column, which a table has as text; nil when it is missing, null or an empty field.
  func number(_ column: String) throws(RowProblem) -> Double? {
    guard let value = self[column], value.string != "" else { return nil }
    guard let number = value.double ?? value.string.flatMap(Double.init), number.isFinite else {
      throw problem("the column \"\(column)\" must be a number, found \(value.compact)")
    }
    return number
  }

  /// The numbers in a column, as many as are expected; nil when it is missing or null.
  func numbers(_ column: String, count: Int) throws(RowProblem) -> [Double]? {
    guard let value = self[column] else { return nil }
    let numbers = value.array?.compactMap(\.double).filter(\.isFinite)
    guard let numbers, numbers.count == count, value.array?.count == count else {
      throw problem("the column \"\(column)\" must be a list of \(count) numbers, found \(value.compact)")
    }
    return numbers
  }

  /// Columns that a chat template sees besides the messages.
  static let templateColumns = ["tools", "documents", "chat_template_kwargs"]

  /// The variables for the chat template other than the messages; of `chat_template_kwargs` each member is one.
  ///
  /// A table, and some data sets, have them as the text of JSON.
  func templateVariables() throws(RowProblem) -> JSONObject {
    var variables = JSONObject()
    for column in Self.templateColumns {
      guard var value = self[column], value.string != "" else { continue }
      if let text = value.string {
        guard let parsed = try? JSON(parsing: text, file: column) else {
          throw problem("the column \"\(column)\" is a text that is not JSON")
        }
        value = parsed
      }
      guard column == "chat_template_kwargs" else {
        guard value.array != nil else {
          throw problem("the column \"\(column)\" must be a list, found \(value.kind)")
        }
        variables.append(column, value)
        continue
      }
      guard let members = value.object else {
        throw problem("the column \"\(column)\" must be an object, found \(value.kind)")
      }
      for (key, value) in members { variables[key] = value }
    }
    return variables
  }
}
