import ArgumentParser
import MartletText

/// How rows are scored under heads other than that of a language model.
struct HeadScoreOptions: ParsableArguments {
  @Flag(help: "Cut rows that are longer than the context at their end; they are refused otherwise.")
  var truncate = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many lines are computed at a time, at most; no result depends on it. (default: 32)",
      valueName: "lines"))
  var batchSize: Int?
  @Option(
    help: ArgumentHelp("A file with a chat template, in place of the directory's.", valueName: "path"))
  var template: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What follows each step. (default: as in training)", valueName: "text"))
  var separator: String?

  /// Fails when a number is out of range.
  func check() throws(MartletError) {
    if let batchSize, batchSize < 1 {
      throw MartletError("--batch-size must be at least 1, not \(batchSize)")
    }
    if separator?.isEmpty == true {
      throw MartletError("--separator must not be empty: a step ends where it stands")
    }
  }

  /// The options that were given.
  var given: [String] {
    names([
      ("--truncate", truncate), ("--batch-size", batchSize != nil), ("--template", template != nil),
      ("--separator", separator != nil),
    ])
  }
}
