/// What a doctor has found in a data set for a model.
public struct Diagnosis: Sendable, Equatable {
  /// What the rows are for.
  public let kind: RowKind
  /// How many rows there are, those that can't be used too.
  public let rowCount: Int
  /// How many tokens there are, those past the context too.
  public let tokenCount: Int
  /// How many tokens have a weight in the loss.
  public let weightedTokenCount: Int
  /// The most tokens of a sequence.
  public let context: Int
  /// What each check found, in the order in which the checks stand.
  public let findings: [Finding]
  /// The first rows, token by token.
  public let examples: [Example]

  /// The worst of all verdicts.
  public var verdict: Verdict { findings.map(\.verdict).max() ?? .ok }

  /// A row as training sees it.
  public struct Example: Sendable, Equatable {
    /// The file, as messages name it.
    public let file: String
    /// The line it starts on, counted from 1.
    public let line: Int
    /// Its sequences: one, or one for each answer.
    public let sequences: [ExaminedSequence]
  }
}

/// How bad a finding is, better before worse.
public enum Verdict: String, Sendable, CaseIterable, Comparable {
  /// As it should be.
  case ok
  /// It may be meant, and is often a mistake.
  case warning
  /// Training would be refused, or would not learn what it is to learn.
  case bad

  /// Better before worse.
  public static func < (left: Verdict, right: Verdict) -> Bool {
    allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
  }
}

/// What one check found.
public struct Finding: Sendable, Equatable {
  /// The check, such as "end".
  public let check: String
  /// How bad it is.
  public let verdict: Verdict
  /// What was found and, where something is wrong, what to do.
  public let summary: String
  /// The rows it is about, in their order.
  public let rows: [Place]

  /// A row, and what is the matter with it.
  public struct Place: Sendable, Equatable {
    /// The file, as messages name it.
    public let file: String
    /// The line it starts on, counted from 1.
    public let line: Int
    /// What is particular to this row; empty where nothing is.
    public let detail: String
  }

  /// A finding.
  init(_ check: String, _ verdict: Verdict, _ summary: String, rows: [Place] = []) {
    (self.check, self.verdict, self.summary, self.rows) = (check, verdict, summary, rows)
  }
}

/// The tokens of one sequence of a row, whole, as they were before a cut.
public struct ExaminedSequence: Sendable, Equatable {
  /// Which of a row's answers it is, such as "chosen"; empty where there is one.
  public let name: String
  /// The tokens.
  public let tokens: [Int32]
  /// One a token: whether it has a weight in the loss, because it is learned, or because a reward or class is read there.
  /// The first token follows nothing, and so is never learned.
  public internal(set) var isWeighted: [Bool]
  /// How many of the first tokens fit the context.
  public let kept: Int
}
