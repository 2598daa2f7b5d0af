import ArgumentParser
import MartletTensor
import MartletTraining

/// How a run learns.
struct TrainingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The number of rows, of the context's size, in a step's batch. (default: 12)", valueName: "rows"))
  var batchSize: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The rows computed at a time: less memory, the same bits. (default: the whole batch)", valueName: "rows"
    ))
  var microBatchSize: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The number of steps. (default: 1000)", valueName: "count"))
  var steps: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The highest learning rate. (default: 0.004)", valueName: "rate"))
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
    help: ArgumentHelp("AdamW's β2. (default: 0.99)", valueName: "number"))
  var beta2: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("AdamW's decay of matrices. (default: 0.1)", valueName: "number"))
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
      "What the loss that balances the load of experts is multiplied by; 0 for none. (default: as the model says, "
        + "0.001 for a new one)", valueName: "number"))
  var balance: Float?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The steps between evaluations, which are also saved. (default: 250)", valueName: "steps"))
  var evaluateEvery: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Stop when the held-out loss has not improved for so many evaluations.", valueName: "count"))
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

  func apply(to recipe: inout LanguageModelRecipe) {
    set(&recipe.batchSize, batchSize)
    recipe.microBatchSize = microBatchSize
    set(&recipe.steps, steps)
    set(&recipe.learningRate, learningRate)
    recipe.minimumLearningRate = minimumLearningRate
    recipe.warmup = warmup
    set(&recipe.schedule, schedule)
    set(&recipe.optimizer.beta1, beta1)
    set(&recipe.optimizer.beta2, beta2)
    set(&recipe.optimizer.weightDecay, weightDecay)
    recipe.groups = rate + freeze.map { ParameterGroup(path: $0, rate: 0) }
    set(&recipe.clip, clip)
    recipe.balance = balance
    set(&recipe.evaluateEvery, evaluateEvery)
    recipe.patience = patience
    recipe.usesCheckpointing = checkpointActivations
    set(&recipe.precision, precision)
    set(&recipe.seed, seed)
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
