import ArgumentParser
import MartletTensor
import MartletTraining

/// What a command's settings are where no option says otherwise, in words for its help.
protocol TrainingDefaults {
  static var settings: TrainingSettings { get }
  /// What a batch has so many of.
  static var rows: String { get }
  static var steps: String { get }
  static var learningRate: String { get }
}

/// The usual settings of a language model.
enum LanguageModelDefaults: TrainingDefaults {
  static let settings = TrainingSettings()
  static let rows = "rows, of the context's size,"
  static let steps = "1000"
  static let learningRate = "\(settings.learningRate)"
}

/// How a run learns.
struct TrainingOptions<Defaults: TrainingDefaults>: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The number of \(Defaults.rows) in a step's batch. (default: \(Defaults.settings.batchSize))",
      valueName: "rows"))
  var batchSize: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The rows computed at a time: less memory, the same bits. (default: the whole batch)", valueName: "rows"
    ))
  var microBatchSize: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The number of steps. (default: \(Defaults.steps))", valueName: "count"))
  var steps: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The highest learning rate. (default: \(Defaults.learningRate))", valueName: "rate"))
  var learningRate: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The last learning rate. (default: a tenth of the highest)", valueName: "rate"))
  var minimumLearningRate: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The steps over which the learning rate rises. (default: a twentieth of all, at most 100)",
      valueName: "steps"))
  var warmup: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What follows the warm-up: cosine, linear, constant or wsd. (default: cosine)", valueName: "shape"))
  var schedule: LearningRateSchedule.Shape?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("AdamW's β1. (default: 0.9)", valueName: "number"))
  var beta1: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("AdamW's β2. (default: \(Defaults.settings.optimizer.beta2))", valueName: "number"))
  var beta2: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "AdamW's decay of matrices. (default: \(Defaults.settings.optimizer.weightDecay))", valueName: "number")
  )
  var weightDecay: Double?
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "What the learning rate of the parameters under a path is multiplied by: head=10, blocks.0.attention=0.5; "
        + "\"trunk\" is all but the head. May be given several times; the longest path holds.",
      valueName: "path=factor"))
  var rate: [ParameterGroup] = []
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Leave the parameters under a path as they are, to the bit. May be given several times.",
      valueName: "path"
    ))
  var freeze: [String] = []
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The largest norm of the gradient; 0 for no limit. (default: 1)", valueName: "norm"))
  var clip: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What the loss that balances the load of experts is multiplied by; 0 for none. (default: as the model says "
        + "for the next token, 0.001 for a new one; 0 under other heads)", valueName: "number"))
  var balance: Float?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The steps between evaluations, which are also saved. (default: \(Defaults.settings.evaluateEvery))",
      valueName: "steps"))
  var evaluateEvery: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Stop when the held-out loss has not improved for so many evaluations; the last state is the one kept.",
      valueName: "count"))
  var patience: Int?
  @Flag(
    help:
      "Compute blocks again for the gradient instead of keeping their results: less memory, the same bits.")
  var checkpointActivations = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How products read their factors: float32 or bfloat16, which is faster on processors that multiply it. "
        + "Weights and their updates are float32 either way. (default: float32)", valueName: "precision"))
  var precision: ProductPrecision?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What random numbers are made from. (default: 1)", valueName: "number"))
  var seed: UInt64?

  func apply(to settings: inout TrainingSettings) {
    set(&settings.batchSize, batchSize)
    settings.microBatchSize = microBatchSize
    set(&settings.steps, steps)
    set(&settings.learningRate, learningRate)
    settings.minimumLearningRate = minimumLearningRate
    settings.warmup = warmup
    set(&settings.schedule, schedule)
    set(&settings.optimizer.beta1, beta1)
    set(&settings.optimizer.beta2, beta2)
    set(&settings.optimizer.weightDecay, weightDecay)
    settings.groups = rate + freeze.map { ParameterGroup(path: $0, rate: 0) }
    set(&settings.clip, clip)
    settings.balance = balance
    set(&settings.evaluateEvery, evaluateEvery)
    settings.patience = patience
    settings.usesCheckpointing = checkpointActivations
    set(&settings.precision, precision)
    set(&settings.seed, seed)
  }

  /// The options that were given, apart from `--steps`, which a resumed run may change.
  var given: [String] {
    names([
      ("--batch-size", batchSize != nil), ("--micro-batch-size", microBatchSize != nil),
      ("--learning-rate", learningRate != nil), ("--minimum-learning-rate", minimumLearningRate != nil),
      ("--warmup", warmup != nil), ("--schedule", schedule != nil), ("--beta1", beta1 != nil),
      ("--beta2", beta2 != nil), ("--weight-decay", weightDecay != nil), ("--clip", clip != nil),
      ("--rate", !rate.isEmpty), ("--freeze", !freeze.isEmpty),
      ("--balance", balance != nil),
      ("--evaluate-every", evaluateEvery != nil), ("--patience", patience != nil),
      ("--checkpoint-activations", checkpointActivations), ("--precision", precision != nil),
      ("--seed", seed != nil),
    ])
  }
}

extension ParameterGroup: ExpressibleByArgument {
  /// A path and a factor with "=" between them.
  public init?(argument: String) {
    guard let place = argument.lastIndex(of: "="),
      let rate = Double(argument[argument.index(after: place)...])
    else {
      return nil
    }
    self.init(path: String(argument[..<place]), rate: rate)
  }
}

extension LearningRateSchedule.Shape: ExpressibleByArgument {}
extension ProductPrecision: ExpressibleByArgument {}
