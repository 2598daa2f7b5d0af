import MartletText
import MartletTraining

/// Scores rows as they come, under a head of rewards, values or classes.
struct HeadScoring {
  /// How many lines are computed at a time, where the options do not say.
  private static let usualBatchSize = 32

  private let scorer: RowScorer
  private let batchSize: Int

  /// - Parameter batchSize: the most lines that are computed at a time.
  init(_ scorer: RowScorer, batchSize: Int?) {
    self.scorer = scorer
    self.batchSize = batchSize ?? Self.usualBatchSize
  }

  /// Scores one text and shows the result.
  func score(text: String, isJSON: Bool) throws {
    if text.isEmpty { throw MartletError("the text is empty; give at least one character to score") }
    let report = try report(scorer.score([try scorer.encode(text: text)])[0])
    try Terminal.printResult(isJSON ? report.json.compact + "\n" : report.text)
  }

  /// Scores lines as they come, and prints an object for each.
  ///
  /// As many lines are computed at a time as have come, so that nobody waits for ever who writes a line and then waits for
  /// its result. A line that can't be scored gives `{"line", "error"}`, and is told on standard error; the others are
  /// scored all the same.
  ///
  /// - Parameter path: `-` is standard input.
  /// - Throws: when the input can't be read; at its end when there was no line, or one could not be scored.
  func score(lines path: String) throws {
    var lines = try ScoringLines(path, scorer)
    var (count, failures) = (0, 0)
    while !lines.hasEnded {
      let rows = try lines.rows(atMost: batchSize)
      var scores = scorer.score(rows.compactMap { try? $0.get() })[...]
      for row in rows {
        switch row {
        case .success: try print(report(scores.removeFirst()).json)
        case .failure(let problem):
          failures += 1
          Terminal.write("\(problem.file), line \(problem.line): \(problem.reason)\n", to: .error)
          try print(["line": .integer(problem.line), "error": .string(problem.reason)])
        }
      }
      count += rows.count
    }
    if count == 0 {
      throw MartletError("\(lines.name): there is no line in it; expected one JSON object a line")
    }
    if failures > 0 {
      throw MartletError("\(failures) of \(count) lines can't be scored, as is told above for each")
    }
  }

  /// - Throws: when the model says what is not a number, as it will of the next line too.
  private func report(_ score: RowScore) throws(MartletError) -> HeadScoreReport {
    let report = HeadScoreReport(score, scorer)
    if report.isFinite { return report }
    throw MartletError(
      "what the model's head says is not a number; its weights are damaged, or its training diverged")
  }

  private func print(_ json: JSON) throws(MartletError) { try Terminal.printResult(json.compact + "\n") }
}
