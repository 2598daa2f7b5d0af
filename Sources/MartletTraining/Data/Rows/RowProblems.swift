import MartletText

/// What is wrong with the rows of data, gathered so that all of it is said before training starts.
public struct RowProblems: Sendable {
  /// Every problem, in the order of the rows.
  public private(set) var all: [RowProblem] = []

  /// None yet.
  public init() {}

  /// Adds a problem.
  public mutating func add(_ problem: RowProblem) { all.append(problem) }

  /// What `body` makes of a row; nil, with its problem noted, when it can make nothing of it.
  package mutating func note<Result>(_ body: () throws(RowProblem) -> Result) -> Result? {
    do throws(RowProblem) {
      return try body()
    } catch {
      add(error)
      return nil
    }
  }

  /// The problems as lines for people, rows that share a reason on one line.
  public var lines: [String] {
    var order: [String] = []
    var linesOf: [String: [Int]] = [:]
    for problem in all {
      let key = "\(problem.file)\u{0}\(problem.reason)"
      if linesOf[key] == nil { order.append(key) }
      linesOf[key, default: []].append(problem.line)
    }
    return order.map { key in
      let parts = key.split(separator: "\u{0}", maxSplits: 1)
      return "\(parts[0]), \(LineList.text(linesOf[key]!, of: String(parts[0]))): \(parts[1])"
    }
  }

  /// Fails with every problem when there is one.
  ///
  /// - Parameter rows: how many rows there are in all.
  public func check(rows: Int) throws(MartletError) {
    if all.isEmpty { return }
    let count = Set(all.map { "\($0.file)\u{0}\($0.line)" }).count
    let list = lines.map { "\n  \($0)" }.joined()
    throw MartletError(
      "\(count) of \(rows) rows can't be used; mend them, or leave them out with --skip-bad-rows:\(list)")
  }
}
