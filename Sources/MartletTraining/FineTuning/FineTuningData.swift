import MartletModel
import MartletTensor
import MartletText

/// The examples of a run, as its rows gave them.
struct FineTuningData<Task: FineTuningTask> {
  /// The task, which may know more now that it has seen all rows.
  private(set) var task: Task
  /// What is learned.
  private(set) var training: [Task.Example] = []
  /// What is held out.
  private(set) var heldOut: [Task.Example] = []
  /// What was wrong with the rows that are left out.
  private(set) var problems: RowProblems
  /// How many rows there are, those with problems too.
  let rowCount: Int

  /// Reads every row.
  ///
  /// - Throws: every problem of every row, unless such rows are to be left out; or when no row is left.
  init(_ rows: FineTuningRows, _ recipe: FineTuningRecipe<Task>, _ encoder: RowEncoder) throws(MartletError) {
    task = recipe.task
    problems = rows.problems
    rowCount = rows.count
    task.prepare(for: rows.training)
    func examples(_ rows: [DataRow], _ task: Task, _ problems: inout RowProblems) -> [Task.Example] {
      rows.compactMap { row in
        problems.note { () throws(RowProblem) in
          try task.example(of: row, encoder, ignoring: recipe.ignoredColumns)
        }
      }
    }
    training = examples(rows.training, task, &problems)
    heldOut = examples(rows.heldOut, task, &problems)
    if !recipe.skipsBadRows { try problems.check(rows: rowCount) }
    if let problem = task.problem { throw MartletError("\(rows.name): \(problem)") }
    if training.isEmpty {
      throw MartletError("\(rows.name): no row is left to learn from; mend some\(problems.sentence)")
    }
    if heldOut.isEmpty, !rows.heldOut.isEmpty {
      throw MartletError(
        "\(rows.name): no held-out row is left to measure; hold others out with --validation-data, or none with "
          + "--validation-fraction 0\(problems.sentence)")
    }
  }
}

extension RowProblems {
  /// The problems behind a colon; empty when there is none.
  fileprivate var sentence: String {
    all.isEmpty ? "" : ":" + lines.map { "\n  \($0)" }.joined()
  }
}

/// The rows of a run before they are read as anything.
struct FineTuningRows {
  /// What messages call them.
  let name: String
  /// The rows to learn from.
  private(set) var training: [DataRow]
  /// The rows held out.
  private(set) var heldOut: [DataRow]
  /// What is wrong with lines that are no rows.
  private(set) var problems = RowProblems()
  /// A function of every row.
  let digest: String
  /// The number of rows, and of lines that are none.
  var count: Int { training.count + heldOut.count + unreadable }
  private let unreadable: Int
  /// Whether what is held out was a part of the data.
  private let isHeldOutOfData: Bool

  /// Reads the files that a recipe names.
  ///
  /// - Parameter standardInput: the file that keeps what `-` stood for, in a run that goes on.
  /// - Throws: when a file can't be read.
  init<Task>(_ recipe: FineTuningRecipe<Task>, standardInput: String? = nil) throws(MartletError) {
    if recipe.data.isEmpty, let embedded = Task.embedded {
      name = embedded.name
      (training, heldOut) = embedded.rows()
      unreadable = 0
    } else {
      if recipe.data.contains("-"), recipe.data != ["-"] {
        throw MartletError("--data - takes the rows from standard input alone; leave the other paths out")
      }
      name = recipe.data.map { $0 == "-" ? "standard input" : $0 }.joined(separator: ", ")
      var problems = RowProblems()
      training = try Self.read(recipe.data, standardInput: standardInput, problems: &problems)
      heldOut = try Self.read(recipe.validationData, standardInput: nil, problems: &problems)
      if recipe.validationData.isEmpty {
        let count = Int((Double(training.count) * recipe.validationFraction).rounded())
        heldOut = Array(training.suffix(count))
        training.removeLast(count)
      }
      self.problems = problems
      unreadable = problems.all.count
    }
    isHeldOutOfData = recipe.validationData.isEmpty
    digest = Self.digest(of: training, heldOut)
  }

  private static func read(
    _ paths: [String], standardInput: String?, problems: inout RowProblems
  ) throws(MartletError) -> [DataRow] {
    var rows: [DataRow] = []
    for path in paths {
      let place = path == "-" ? standardInput ?? path : path
      rows += try RowFile.read(place, problems: &problems)
    }
    return rows
  }

  private static func digest(of parts: [DataRow]...) -> String {
    var bytes: [UInt8] = []
    for part in parts {
      for row in part { bytes += JSON.object(row.columns).compact.utf8 + [0x0A] }
      bytes.append(0)
    }
    return Digest(of: bytes).text
  }

  /// The rows of standard input as lines of JSON, for a run to keep what no one can read again.
  var standardInputLines: String {
    (training + (isHeldOutOfData ? heldOut : [])).map { JSON.object($0.columns).compact + "\n" }.joined()
  }
}
