import ArgumentParser
import Martlet
import MartletText
import MartletTraining

/// A subcommand of `martlet train` that fine-tunes a model; what all of them do is here.
protocol FineTuningCommand: ParsableCommand {
  associatedtype Task: FineTuningTask

  var start: FineTuningOptions { get }
  var adapter: AdapterOptions { get }
  var training: TrainingOptions<FineTuningDefaults> { get }
  var output: FineTuningOutputOptions { get }

  /// The options of the kind alone that were given.
  var givenOptions: [String] { get }
  /// Puts the kind's own options into a task.
  func apply(to task: inout Task) throws
  /// The kinds of runs it goes on with.
  static var kinds: [String] { get }
  /// Goes on with a run.
  static func resume(_ path: String, steps: Int?, isJSON: Bool) throws
  /// A command to try next.
  static func hint(_ directory: String) -> String
}

extension FineTuningCommand {
  var givenOptions: [String] { [] }
  func apply(to task: inout Task) throws {}
  static var kinds: [String] { [Task.name] }

  func validate() throws {
    guard output.resume != nil else {
      if start.epochs != nil, training.steps != nil {
        throw ValidationError("--epochs and --steps contradict each other; leave one out")
      }
      if Task.embedded != nil, start.validationFraction != nil, start.data.isEmpty {
        throw ValidationError(
          "--validation-fraction needs --data: which embedded rows are held out is settled")
      }
      if start.validationFraction != nil, !start.validationData.isEmpty {
        throw ValidationError(
          "--validation-fraction and --validation-data contradict each other; leave one out")
      }
      return
    }
    if output.output != nil {
      throw ValidationError("--output and --resume contradict each other; leave one out")
    }
    if let option = (start.given + adapter.given + training.given + givenOptions).first {
      throw ValidationError(
        "\(option) cannot be given with --resume: the run's recipe decides it; leave it out or start a new run"
      )
    }
  }

  func run() throws {
    if let resume = output.resume {
      return try Self.resume(resume, steps: training.steps, isJSON: output.json)
    }
    try begin(apply)
  }

  /// Starts a run of a task.
  func begin<Kind>(_ change: (inout Kind) throws -> Void) throws where Kind: FineTuningTask {
    let isNew = start.from == nil && start.data.isEmpty
    var recipe = isNew ? .embedded ?? FineTuningRecipe<Kind>() : FineTuningRecipe<Kind>()
    start.apply(to: &recipe)
    adapter.apply(to: &recipe)
    if recipe.adaptation != nil { recipe.learningRate *= FineTuningDefaults.adapterFactor }
    training.apply(to: &recipe.settings)
    if training.steps != nil { recipe.epochs = nil }
    try change(&recipe.task)
    try Self.follow(FineTuning<Kind>(recipe, output: output.output), isResumed: false, isJSON: output.json)
  }

  static func resume(_ path: String, steps: Int?, isJSON: Bool) throws {
    try goOn(with: Task.self, path, steps: steps, isJSON: isJSON)
  }

  /// Goes on with a run of a task.
  static func goOn<Kind: FineTuningTask>(
    with kind: Kind.Type, _ path: String, steps: Int?, isJSON: Bool
  ) throws {
    try follow(FineTuning<Kind>(resuming: path, steps: steps), isResumed: true, isJSON: isJSON)
  }

  private static func follow<Kind>(_ training: FineTuning<Kind>, isResumed: Bool, isJSON: Bool) throws {
    let report = FineTuningReport(training.trainer)
    if !report.skippedLines.isEmpty {
      Terminal.write(report.skippedLines.joined(separator: "\n") + "\n", to: .error)
    }
    let view = TrainingView(training, isJSON: isJSON)
    let run = try TrainingRun.follow(training, view, description: report.description, isResumed: isResumed)
    let json = report.json(run)
    try training.saveResults(json)
    try view.end(json: json, lines: report.lines(run), hint: hint(training.directory.path))
  }
}

/// The kinds of fine-tuning by their names.
enum FineTuningCommands {
  static let all: [any FineTuningCommand.Type] = [
    TrainSFTCommand.self, TrainRewardCommand.self, TrainOutcomeCommand.self, TrainProcessCommand.self,
    TrainClassifyCommand.self,
  ]

  /// Goes on with a run of some kind.
  static func resume(_ path: String, kind: String, steps: Int?, isJSON: Bool) throws {
    guard let command = all.first(where: { $0.kinds.contains(kind) }) else {
      throw MartletError("\(path): its recipe is of the kind \"\(kind)\", which is not known")
    }
    try command.resume(path, steps: steps, isJSON: isJSON)
  }
}
