import MartletText
import MartletTraining

/// Rows to score, from lines as they come.
struct ScoringLines {
  /// A row, or what is wrong with its line.
  typealias Row = Result<ScoringRow, RowProblem>

  private let scorer: RowScorer
  private var input: LineInput
  /// Whether every line has come.
  private(set) var hasEnded = false

  /// - Parameter path: `-` is standard input.
  init(_ path: String, _ scorer: RowScorer) throws(MartletError) {
    self.scorer = scorer
    input = try LineInput(path: path)
  }

  /// What messages call the input.
  var name: String { input.name }

  /// Waits for a row, and takes those that have come by then too.
  ///
  /// - Parameter count: the most rows.
  /// - Returns: none when there will be no more.
  /// - Throws: when the input can't be read.
  mutating func rows(atMost count: Int) throws(MartletError) -> [Row] {
    var rows: [Row] = []
    while rows.count < count {
      let number = input.number
      let line: LineInput.Line?
      do throws(MartletError) {
        line = rows.isEmpty ? try input.next() : try input.nextIfThere()
      } catch {
        // A line that is too long or no text; one that can't be read has no number.
        if input.number == number { throw error }
        rows.append(.failure(problem(error.message)))
        continue
      }
      guard let line else { return rows }
      guard case .text(var text) = line else {
        hasEnded = true
        return rows
      }
      // A mark some programs put in front of UTF-8 is no part of the first line.
      if input.number == 1, text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
      if text.allSatisfy(\.isWhitespace) { continue }
      do throws(RowProblem) {
        rows.append(.success(try scorer.encode(line: text, number: input.number, of: name)))
      } catch {
        rows.append(.failure(error))
      }
    }
    return rows
  }

  /// - Parameter message: starts with the line's number.
  private func problem(_ message: String) -> RowProblem {
    let start = "line \(input.number) "
    let reason = message.hasPrefix(start) ? "it " + message.dropFirst(start.count) : message
    return RowProblem(file: name, line: input.number, reason: reason)
  }
}
