import MartletText

/// What rows are for, by the columns they have.
public enum RowKind: String, Sendable, CaseIterable {
  /// Instructions, conversations and texts: ``InstructionRow``.
  case sft
  /// Answers in the order they are preferred: ``PreferenceRow``.
  case reward
  /// Answers and whether they are right: ``OutcomeRow``.
  case outcome
  /// Answers in steps, each with its class: ``ProcessRow``.
  case process
  /// Texts and conversations with their class: ``ClassRow``.
  case classify

  /// The kind of most of some rows, of those that share it the first.
  package init(of rows: [DataRow]) {
    let kinds = rows.map(Self.kind)
    let counts = Dictionary(kinds.map { ($0, 1) }, uniquingKeysWith: +)
    let most = counts.values.max() ?? 0
    self = kinds.first { counts[$0] == most } ?? .sft
    // A label may be a class or a probability; a probability is nothing else.
    if self == .outcome,
      !rows.allSatisfy({ Self.kind(of: $0) != .outcome || Self.isProbability($0["label"]) })
    {
      self = .classify
    }
  }

  private static func kind(of row: DataRow) -> RowKind {
    if row["chosen"] != nil || row["rejected"] != nil || row["ranked"] != nil { return .reward }
    if row["completions"] != nil { return .process }
    if row["label"] != nil { return row["text"] == nil ? .outcome : .classify }
    return .sft
  }

  private static func isProbability(_ label: JSON?) -> Bool {
    guard let label else { return true }
    if label.bool != nil || label.string.flatMap({ Bool($0.lowercased()) }) != nil { return true }
    return (label.double ?? label.string.flatMap(Double.init)).map { (0...1).contains($0) } ?? false
  }

  /// What its rows are called.
  public var plural: String {
    switch self {
    case .sft: "rows of instructions"
    case .reward: "rows of preferences"
    case .outcome: "rows of answers that are right or wrong"
    case .process: "rows of answers in steps"
    case .classify: "rows of classes"
    }
  }
}
