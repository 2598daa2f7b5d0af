import ArgumentParser
import MartletModel
import MartletTraining

/// The usual settings of fine-tuning.
enum FineTuningDefaults: TrainingDefaults {
  static let settings = FineTuningRecipe<SupervisedTask>().settings
  static let rows = "rows"
  static let steps = "as --epochs says"
  static let learningRate =
    "\(settings.learningRate), with --lora-rank \(settings.learningRate * adapterFactor)"
  /// How much larger the steps of an adapter are, which starts from nothing, than those of weights that know something.
  static let adapterFactor = 10.0
}

/// What every kind of fine-tuning starts and learns from.
struct FineTuningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The directory of the model to start from, with its tokenizer: a run's, or one as it comes from the Hugging Face "
        + "Hub.", valueName: "directory"))
  var from: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files of rows: .jsonl (one JSON object a line), .json (an array) or .csv (with a header); - for lines of JSON "
        + "from standard input.", valueName: "path"))
  var data: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Files of rows that are held out, in place of a part of the data.", valueName: "path"))
  var validationData: [String] = []
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The last part of the rows, which is held out. (default: 0.1)", valueName: "fraction"))
  var validationFraction: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many times each row is read. (default: 3)", valueName: "number"))
  var epochs: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most tokens of a sequence. (default: the model's context)", valueName: "tokens"))
  var context: Int?
  @Option(
    help: ArgumentHelp("A file with a chat template, in place of the model's own.", valueName: "path"))
  var template: String?
  @Flag(help: "Cut sequences that are longer than the context at their end; they are bad rows otherwise.")
  var truncate = false
  @Flag(help: "Leave rows with problems out, and list them; a run does not start with them otherwise.")
  var skipBadRows = false
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Columns to pass over; others that are not known are problems.", valueName: "name"))
  var ignoreColumns: [String] = []
  @Flag(help: "Take the rows in their order, in place of a random one for each epoch.")
  var noShuffle = false

  func apply<Task>(to recipe: inout FineTuningRecipe<Task>) {
    recipe.base = from
    (recipe.data, recipe.validationData) = (data, validationData)
    set(&recipe.validationFraction, validationFraction)
    set(&recipe.epochs, epochs)
    (recipe.context, recipe.template) = (context, template)
    (recipe.truncates, recipe.skipsBadRows) = (truncate, skipBadRows)
    recipe.ignoredColumns = ignoreColumns
    recipe.isShuffled = !noShuffle
  }

  /// The options that were given.
  var given: [String] {
    names([
      ("--from", from != nil), ("--data", !data.isEmpty), ("--validation-data", !validationData.isEmpty),
      ("--validation-fraction", validationFraction != nil), ("--epochs", epochs != nil),
      ("--context", context != nil), ("--template", template != nil), ("--truncate", truncate),
      ("--skip-bad-rows", skipBadRows), ("--ignore-columns", !ignoreColumns.isEmpty),
      ("--no-shuffle", noShuffle),
    ])
  }
}

/// Matrices of low rank that are trained in place of the weights.
struct AdapterOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Train changes of this rank (LoRA) in place of the weights, and keep them alone, as PEFT does.",
      valueName: "rank"))
  var loraRank: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("α: changes are scaled by α / rank. (default: twice the rank)", valueName: "number"))
  var loraAlpha: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The probability of dropout on what goes into a change. (default: 0)", valueName: "number"))
  var loraDropout: Float?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The layers that are changed: \(LowRankAdaptation.allLayers.joined(separator: ", ")). (default: all)",
      valueName: "layer"))
  var loraLayers: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The numbers of the blocks that are changed, from 0. (default: all)", valueName: "block"))
  var loraBlocks: [Int] = []
  @Flag(name: .customLong("rslora"), help: "Scale changes by α / √rank.") var isRankStabilized = false
  @Flag(name: .customLong("dora"), help: "Train the lengths of the weights' rows too.") var isDecomposed =
    false

  func validate() throws {
    if loraRank == nil, let option = given.first { throw ValidationError("\(option) needs --lora-rank") }
  }

  func apply<Task>(to recipe: inout FineTuningRecipe<Task>) {
    guard let rank = loraRank else { return }
    var adaptation = LowRankAdaptation(rank: rank, alpha: loraAlpha ?? 2 * Double(rank))
    set(&adaptation.dropout, loraDropout)
    if !loraLayers.isEmpty { adaptation.layers = Set(loraLayers) }
    if !loraBlocks.isEmpty { adaptation.blocks = Set(loraBlocks) }
    (adaptation.isRankStabilized, adaptation.isDecomposed) = (isRankStabilized, isDecomposed)
    recipe.adaptation = adaptation
  }

  /// The options that were given.
  var given: [String] {
    names([
      ("--lora-rank", loraRank != nil), ("--lora-alpha", loraAlpha != nil),
      ("--lora-dropout", loraDropout != nil), ("--lora-layers", !loraLayers.isEmpty),
      ("--lora-blocks", !loraBlocks.isEmpty),
      ("--rslora", isRankStabilized), ("--dora", isDecomposed),
    ])
  }
}

/// Where a run of fine-tuning is kept, and how it is shown.
struct FineTuningOutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The directory of the run, in which nothing may be yet. (default: runs/KIND-NUMBER)",
      valueName: "directory"))
  var output: String?
  @Option(
    help: ArgumentHelp(
      "Go on with a run from its last save. Only --steps and --json may be given with it.", valueName: "run"))
  var resume: String?
  @Flag(help: "Print one JSON object at the end and nothing else on standard output.")
  var json = false
}
