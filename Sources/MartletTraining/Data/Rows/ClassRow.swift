import MartletText

/// A text or conversation and its class.
///
/// A row is `{"text", "label"}`, `{"prompt", "completion", "label"}` or `{"messages", "label"}`. The label is a name, a whole
/// number or a truth value.
public struct ClassRow: Sendable {
  /// What is classed.
  public let instruction: InstructionRow
  /// The name of its class; of a number its digits.
  public let label: String

  /// Where it stands.
  public var source: DataRow { instruction.source }

  /// Reads a row.
  ///
  /// - Parameter ignored: columns to pass over.
  /// - Throws: what is wrong with it: a column missing, unknown or of another kind, an empty text, no label.
  public init(_ row: DataRow, ignoring ignored: [String] = []) throws(RowProblem) {
    instruction = try InstructionRow(row, beside: ["label"], needsAnswer: false, ignoring: ignored)
    guard let value = row["label"], value.string?.allSatisfy(\.isWhitespace) != true else {
      throw row.problem("the column \"label\" is missing; expected the name or the number of a class")
    }
    guard let label = value.string ?? value.int.map({ "\($0)" }) ?? value.bool.map({ "\($0)" }) else {
      throw row.problem("the column \"label\" must be a name or a whole number, found \(value.compact)")
    }
    self.label = label
  }
}
