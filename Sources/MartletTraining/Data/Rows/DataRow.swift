import MartletText

/// One row of a data file: an object, and where it stands.
public struct DataRow: Sendable {
  /// The file, as messages name it.
  public let file: String
  /// The line it starts on, counted from 1; in a JSON array the place of the element.
  public let line: Int
  /// Its columns.
  package let columns: JSONObject

  package init(file: String, line: Int, columns: JSONObject) {
    (self.file, self.line, self.columns) = (file, line, columns)
  }

  /// The row that a value is.
  ///
  /// - Throws: when it is no object.
  init(_ value: JSON, line: Int, file: String) throws(RowProblem) {
    guard let columns = value.object else {
      throw RowProblem(file: file, line: line, reason: "expected an object, found \(value.kind)")
    }
    self.init(file: file, line: line, columns: columns)
  }

  /// The row in the text of one line.
  ///
  /// - Throws: when it is broken JSON, or no object.
  init(parsing text: [UInt8], line: Int, file: String) throws(RowProblem) {
    let value: JSON
    do throws(MartletError) {
      _ = try FileSystem.text(text, file: "")
    } catch {
      throw RowProblem(
        file: file, line: line, reason: String(error.message.drop { $0 == ":" || $0 == " " }))
    }
    do throws(MartletError) {
      value = try JSON(parsing: text, file: "")
    } catch {
      // The parser's own line is always the first here.
      let reason = error.message.drop { $0 == ":" || $0 == " " }
        .replacing("is not valid JSON: ", with: "").replacing("(line 1, ", with: "(")
      throw RowProblem(file: file, line: line, reason: "broken JSON: \(reason)")
    }
    try self.init(value, line: line, file: file)
  }

  /// The value of a column; nil when it is missing or null.
  package subscript(column: String) -> JSON? {
    guard let value = columns[column], !value.isNull else { return nil }
    return value
  }

  /// Something wrong with the row.
  package func problem(_ reason: String, _ cause: RowProblem.Cause = .form) -> RowProblem {
    RowProblem(file: file, line: line, reason: reason, cause: cause)
  }
}

/// Something wrong with one row of a data file.
public struct RowProblem: Error, Sendable, Equatable {
  /// The file, as messages name it.
  public let file: String
  /// The line the row starts on, counted from 1.
  public let line: Int
  /// What is wrong, and what was expected.
  public let reason: String
  /// What kind of problem it is.
  public let cause: Cause

  /// Kinds of problems.
  public enum Cause: String, Sendable, CaseIterable {
    /// The row can't be read, or does not have the columns it should.
    case form
    /// The chat template is missing, or fails.
    case template
    /// The chat template is no prefix of itself, so that it does not tell what is learned.
    case turns
    /// No token of the row is learned.
    case nothingToLearn
    /// Two answers are the same.
    case sameAnswers
    /// It is longer than the context.
    case length
  }

  /// A problem of a row.
  public init(file: String, line: Int, reason: String, cause: Cause = .form) {
    (self.file, self.line, self.reason, self.cause) = (file, line, reason, cause)
  }
}
