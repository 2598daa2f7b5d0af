import ArgumentParser
import MartletText

/// Where a command's text comes from: exactly one of its options.
struct TextOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: ArgumentHelp("The text itself.", valueName: "text")) var text:
    String?
  @Option(help: ArgumentHelp("A file with the text, in UTF-8.", valueName: "path")) var file: String?
  @Option(
    help: ArgumentHelp(
      "A file with one JSON object a line, {\"text\": …} or {\"ids\": […]}; - for standard input. Prints one "
        + "JSON object a line, in the same order.", valueName: "path"))
  var jsonl: String?
  @Argument(help: ArgumentHelp("- reads the text from standard input.", valueName: "-"))
  var standardInput: String?

  /// Refuses texts from several places, and from none.
  func check() throws(MartletError) {
    if let standardInput, standardInput != "-" {
      throw MartletError(
        "unexpected argument \"\(standardInput)\"; give a text with --text, a file with --file, or - for "
          + "standard input")
    }
    let given = [
      text.map { _ in "--text" }, file.map { _ in "--file" }, jsonl.map { _ in "--jsonl" }, standardInput,
    ].compactMap { $0 }
    if given.count > 1 {
      throw MartletError("\(given[0]) and \(given[1]) contradict each other; leave one out")
    }
    if given.isEmpty {
      throw MartletError(
        "there is no text; give --text TEXT, --file PATH, --jsonl PATH, or - for standard input")
    }
  }

  /// The one text.
  func read() throws(MartletError) -> String {
    if let text { return text }
    if let file, file != "-" { return try FileSystem.readText(file) }
    return try FileSystem.text(FileSystem.readStandardInput(), file: "standard input")
  }
}
