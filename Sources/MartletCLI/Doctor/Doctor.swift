import ArgumentParser
import MartletText
import MartletTraining

/// `martlet doctor`: what usually goes wrong silently, before any training.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Examine rows as a model would learn them, before any training.",
    discussion: """
      Checks what usually goes wrong silently: whether the end of an answer is learned, a beginning-of-text token is \
      doubled, the chat template is a prefix of itself as turns are added, which rows are cut, broken, the same, \
      without anything to learn, or contradict others, and more. Each check has a verdict: ok, warning (it may be meant, \
      and is often a mistake) or bad (training would be refused, or would not learn what it is to learn).

      Then it shows the first rows token by token as training sees them. The tokens that have a weight in the loss are \
      green on a terminal, and marked with * elsewhere: those that are learned, or those at which a reward or a class \
      is read.

      What rows are for is known by their columns, as martlet train sft, reward, outcome, process and classify take \
      them. The model's config.json, tokenizer and chat template are read, and no weights.

      EXAMPLES:
        martlet doctor models/small instructions.jsonl
        martlet doctor models/small chats.jsonl --learn last-turn --template chat.jinja
        martlet doctor models/small preferences.jsonl --context 512 --rows 1
        martlet doctor models/small train.csv test.csv --strict --json > report.json
      """)

  @Argument(
    help: ArgumentHelp("A directory with config.json and a tokenizer, such as a run's.", valueName: "model"))
  var model: String
  @Argument(
    help: ArgumentHelp(
      "Files of rows: .jsonl (one JSON object a line), .json (an array) or .csv (with a header); - for lines of JSON "
        + "from standard input.", valueName: "data"))
  var data: [String]
  @Option(
    help: ArgumentHelp(
      "What the rows are for: sft, reward, outcome, process or classify. (default: by their columns)",
      valueName: "kind"))
  var kind: RowKind?
  @Option(
    help: ArgumentHelp(
      "What is learned of instructions: completion, assistant, last-turn or everything. (default: by the form of a "
        + "row)", valueName: "part"))
  var learn: LearnedPart?
  @Option(
    help: ArgumentHelp("A file with a chat template, in place of the model's own.", valueName: "path"))
  var template: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most tokens of a sequence. (default: the model's context)", valueName: "tokens"))
  var context: Int?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Columns to pass over; others that are not known are problems.", valueName: "name"))
  var ignoreColumns: [String] = []
  @Option(help: ArgumentHelp("What follows each step of an answer in steps.", valueName: "text"))
  var separator = "\n"
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many of the first rows are shown token by token.", valueName: "number"))
  var rows = 3
  @Flag(help: "Fail when a verdict is not ok.") var strict = false
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func validate() throws {
    if rows < 0 { throw ValidationError("--rows must be at least 0, not \(rows)") }
    if learn != nil, let kind, kind != .sft { throw ValidationError("--learn is for --kind sft alone") }
    if separator.isEmpty {
      throw ValidationError("--separator must not be empty: a step ends where it stands")
    }
  }

  func run() throws {
    var doctor = try Doctor(directory: model, template: template, context: context)
    (doctor.kind, doctor.learning, doctor.ignoredColumns) = (kind, learn, ignoreColumns)
    (doctor.separator, doctor.exampleCount) = (separator, rows)
    var progress = ProgressLine("examining", unit: "rows")
    let diagnosis = try doctor.examine(data) { progress.show($0, of: $1) }
    progress.clear()
    if learn != nil, diagnosis.kind != .sft {
      throw MartletError(
        "--learn is for rows of instructions, and these are \(diagnosis.kind.plural); leave it out")
    }
    let report = DoctorReport(diagnosis, model: model, data: data, tokenizer: doctor.tokenizer)
    try Terminal.printResult(json ? report.json.compact + "\n" : report.text)
    if strict, diagnosis.verdict != .ok { throw ExitCode.failure }
  }
}

extension RowKind: ExpressibleByArgument {}
