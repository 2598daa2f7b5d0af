import MartletText

/// An answer and whether it is right.
///
/// A row is `{"prompt", "completion", "label"}`, or a conversation that ends with the answer, `{"messages", "label"}`. The
/// label is true or false, or the probability of being right, from 0 to 1; in a table it stands there as text.
public struct OutcomeRow: Sendable {
  /// The prompt and the answer.
  public let instruction: InstructionRow
  /// The probability that the answer is right.
  public let label: Float

  /// Where it stands.
  public var source: DataRow { instruction.source }

  /// Reads a row.
  ///
  /// - Parameter ignored: columns to pass over.
  /// - Throws: what is wrong with it: a column missing, unknown or of another kind, an empty answer, no label.
  public init(_ row: DataRow, ignoring ignored: [String] = []) throws(RowProblem) {
    instruction = try InstructionRow(row, beside: ["label"], needsAnswer: true, ignoring: ignored)
    if case .text = instruction.form {
      throw row.problem(
        "a \"text\" has no answer of its own; give {\"prompt\", \"completion\", \"label\"} or "
          + "{\"messages\", \"label\"}")
    }
    label = try row.probability("label")
  }
}

extension DataRow {
  /// The probability in a column: true, false, or a number from 0 to 1.
  fileprivate func probability(_ column: String) throws(RowProblem) -> Float {
    guard let value = self[column], value.string != "" else {
      throw problem("the column \"\(column)\" is missing; expected true, false, or a number from 0 to 1")
    }
    if let truth = value.bool ?? value.string.flatMap({ Bool($0.lowercased()) }) { return truth ? 1 : 0 }
    guard let number = value.double ?? value.string.flatMap(Double.init), (0...1).contains(number) else {
      throw problem(
        "the column \"\(column)\" must be true, false, or a number from 0 to 1, found \(value.compact)")
    }
    return Float(number)
  }
}
