import MartletInference
import MartletModel
import MartletTensor
import MartletText

/// Trains a model on rows, one step at a time, in memory.
///
/// Everything a step does is a function of the recipe, the rows, the model it starts from and the step's number.
public final class FineTuner<Task: FineTuningTask>: Trainer {
  /// What decides the run; what was left open (steps, context) is written out.
  public let recipe: FineTuningRecipe<Task>
  /// What is minimised.
  public let objective: Task.Goal
  /// Turns text into tokens.
  public let tokenizer: Tokenizer
  /// The model being trained.
  public let model: Model<Task.Goal.HeadType>
  /// What the steps so far have left behind.
  public var progress: TrainingProgress
  /// What is learned.
  public let examples: [Task.Example]
  /// What is held out.
  public let heldOut: [Task.Example]
  /// Whether the head started from new numbers; a run that goes on has its own.
  public let hasNewHead: Bool
  /// What was wrong with the rows that are left out.
  public let skipped: RowProblems
  /// A digest of the weights that an adapter stands on; nil without an adapter.
  public private(set) lazy var baseDigest: String? = Self.baseDigest(of: model)
  private let start: FineTuningStart
  private var order: ExampleOrder

  /// Prepares a run from its recipe alone.
  ///
  /// - Throws: when the recipe contradicts itself, the model or a file of it can't be read, or rows have problems.
  public convenience init(_ recipe: FineTuningRecipe<Task>) throws(MartletError) {
    if let problem = recipe.problem { throw MartletError(problem) }
    try self.init(recipe, rows: FineTuningRows(recipe), start: FineTuningStart(recipe))
  }

  /// - Parameters:
  ///   - rows: what it learns from.
  ///   - start: where the model and its tokenizer come from.
  init(
    _ recipe: FineTuningRecipe<Task>, rows: FineTuningRows, start: FineTuningStart
  ) throws(MartletError) {
    let context = recipe.context ?? start.configuration.context
    guard context <= start.configuration.context else {
      throw MartletError(
        "--context \(context) is longer than the model's of \(start.configuration.context) tokens; use at most that"
      )
    }
    if recipe.balance != nil, start.configuration.expertLayers == 0 {
      throw MartletError("--balance needs a model with experts, and this one has none; leave it out")
    }
    var decided = recipe
    (decided.context, decided.templateTime) = (context, recipe.templateTime ?? .now)
    let data = try FineTuningData(rows, decided, start.encoder(of: decided))
    decided.task = data.task
    // `transformers` balances experts for the next token alone.
    if Task.Goal.HeadType.self != LanguageModelHead.self, start.configuration.expertLayers > 0 {
      decided.balance = recipe.balance ?? 0
    }
    decided.decideSteps(examples: data.training.count)
    (self.recipe, self.start) = (decided, start)
    objective = decided.task.objective
    tokenizer = start.tokenizer
    (model, hasNewHead) = try start.model(of: decided)
    try decided.settings.freeze(model)
    let tokens = data.training.reduce(0) { $0 + $1.tokenCount }
    try MemoryNeed(
      training: model, decided.settings, tokensPerExample: Double(tokens) / Double(data.training.count)
    ).check(against: MemoryNeed.physicalMemory)
    (examples, heldOut, skipped) = (data.training, data.heldOut, data.problems)
    order = ExampleOrder(
      count: examples.count, batchSize: decided.batchSize, seed: decided.seed, isShuffled: decided.isShuffled)
    progress = TrainingProgress(decided.optimizer)
  }

  /// The batch of a step in parts of as many examples as are computed at a time.
  public func microBatches(step: Int) -> [Task.Goal.Batch] {
    let chosen = order.examples(step: step).map { examples[$0] }
    return Task.Goal.Batch.microBatches(chosen, of: recipe.microBatchSize ?? recipe.batchSize)
  }

  /// The task's figures over every held-out example; nil when none is held out.
  public func evaluate() -> HeldOutReport? {
    heldOut.isEmpty ? nil : recipe.task.evaluate(model, on: heldOut)
  }

  /// Writes the model, or its adapter alone, with its tokenizer and what else belongs to it.
  public func save(to directory: String) throws(MartletError) {
    if let base = recipe.base, model.isAdapted {
      try model.saveAdapter(to: directory, base: base)
    } else {
      try model.save(to: directory, types: { _ in .float32 }, keeping: start.configurationKeys)
    }
    try tokenizer.save(to: directory)
    for file in recipe.task.companions {
      try FileSystem.write(file.text, to: FileSystem.join(directory, file.name))
    }
    try start.copyCompanions(to: directory)
  }

  private static func baseDigest(of model: Model<Task.Goal.HeadType>) -> String? {
    guard model.isAdapted else { return nil }
    var digest = Digest()
    for parameter in model.parameters where !parameter.isTrainable { digest.combine(parameter.value.scalars) }
    return digest.text
  }

  /// Replaces the weights.
  public func saveWeights(to directory: String) throws(MartletError) {
    if model.isAdapted {
      try model.saveAdapterWeights(to: directory)
    } else {
      try model.saveWeights(to: directory)
    }
  }
}

extension FineTuningRecipe {
  /// Writes out how many steps the epochs are.
  fileprivate mutating func decideSteps(examples: Int) {
    guard let epochs else { return }
    settings.steps = max(1, Int((Double(examples) * epochs / Double(settings.batchSize)).rounded(.up)))
    self.epochs = nil
    settings.warmup = settings.warmup.map { min($0, settings.steps) }
  }
}
