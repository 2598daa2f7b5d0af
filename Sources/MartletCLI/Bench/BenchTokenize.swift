import ArgumentParser
import MartletTensor
import MartletText

/// `martlet bench tokenize`: how fast a tokenizer encodes a text that is in memory, on one thread.
struct BenchTokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Measure how fast text becomes ids.",
    discussion: """
      Encodes the file's text several times on one thread, reading and writing left out, and gives the median. The \
      first encoding, which meets every word for the first time, is given too.

      EXAMPLES:
        martlet bench tokenize --tokenizer runs/gpt2-1 --file book.txt
        martlet bench tokenize --tokenizer tokenizer.json --file book.txt --json
      """)

  @Option(help: ArgumentHelp("A tokenizer.json, or a directory that holds one.", valueName: "path"))
  var tokenizer: String
  @Option(help: ArgumentHelp("The text to encode.", valueName: "path")) var file: String
  @Option(parsing: .unconditional, help: ArgumentHelp("How often the text is encoded.", valueName: "count"))
  var repetitions = 7
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func validate() throws {
    guard (1...10_000).contains(repetitions) else {
      throw ValidationError("--repetitions must be from 1 to 10000, not \(repetitions)")
    }
  }

  func run() throws {
    let tokenizer = try Tokenizer(contentsOf: tokenizer)
    let text = try FileSystem.readText(file)
    let bytes = text.utf8.count
    guard bytes > 0 else { throw MartletError("\(file) is empty; give a text to encode") }
    let clock = ContinuousClock()
    var tokens = 0
    let speeds = (0..<repetitions).map { _ in
      let time = clock.measure { tokens = tokenizer.encode(text).count }
      return Double(bytes) / 1e6 / time.seconds
    }
    let median = Stopwatch.median(of: speeds)
    if json {
      let report: JSON = [
        "megabytes_per_second": .number(median), "first_megabytes_per_second": .number(speeds[0]),
        "bytes": .integer(bytes), "tokens": .integer(tokens), "repetitions": .integer(repetitions),
      ]
      return try Terminal.printResult(report.compact + "\n")
    }
    try Terminal.printResult(
      "\(Format.decimals(median, 1)) MB/s, the first time \(Format.decimals(speeds[0], 1)) MB/s "
        + "(\(Format.bytes(bytes)), \(Format.count(tokens)) tokens, median of \(repetitions))\n")
  }
}
