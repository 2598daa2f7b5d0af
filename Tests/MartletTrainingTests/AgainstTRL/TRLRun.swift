@testable import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

/// A run of TRL's: its options, and what came of it.
struct TRLRun {
  /// How rows are read: their file, and what else there is to say.
  let reading: String
  /// The loss of each step before its update.
  let losses: [Double]
  /// What the trained model makes of each row held out: the mean loss of its learned tokens; of preferences, the rewards
  /// of its answers.
  let heldOut: [[Double]]
  private let options: JSONReader
  private let adapter: JSONReader?

  init(_ reader: JSONReader) throws {
    reading = try reader.required("reading")
    losses = try reader.required("losses")
    options = try reader.reader("options")
    adapter = try reader.optionalReader("adapter")
    heldOut =
      if let rewards = try reader.optional("held_out_rewards", as: [[Double]].self) {
        rewards
      } else {
        try reader.required("held_out_losses", as: [Double].self).map { [$0] }
      }
  }

  /// The name of the rows' file.
  private var file: Substring { reading.prefix { $0 != " " } }

  /// Whether it trains a reward model.
  var isReward: Bool { file.hasSuffix("preferences") || file == "margins" }

  /// Which tokens are learned of instructions.
  var learning: LearnedPart? {
    switch reading.split(separator: " ").last {
    case "everything": .everything
    case "assistant": .assistant
    case "completion", "cut": .completion
    default: nil
    }
  }

  /// The rows as TRL tokenised them, those held out last.
  func tokens() throws -> [JSONReader] {
    try JSONReader(file: "\(TRLGolden.folder)/tokens.json").readers(reading)
  }

  /// The recipe that does the same.
  func recipe<Task: FineTuningTask>(_ task: Task, base: String) throws -> FineTuningRecipe<Task> {
    var recipe = FineTuningRecipe<Task>()
    (recipe.task, recipe.base) = (task, base)
    recipe.data = ["\(TRLGolden.folder)/\(file).jsonl"]
    recipe.validationData = ["\(TRLGolden.folder)/\(file).held-out.jsonl"]
    recipe.isShuffled = false
    recipe.context = try options.required("max_length")
    // TRL leaves out rows of which nothing to learn is left, and preferences that are too long.
    (recipe.truncates, recipe.skipsBadRows) = (!isReward, true)
    let part = try options.required("per_device_train_batch_size", as: Int.self)
    recipe.microBatchSize = part
    recipe.batchSize = part * (try options.optional("gradient_accumulation_steps") ?? 1)
    recipe.epochs = nil
    recipe.steps = try options.required("max_steps")
    recipe.schedule = try #require(
      LearningRateSchedule.Shape(rawValue: options.required("lr_scheduler_type")))
    recipe.learningRate = try options.required("learning_rate")
    recipe.minimumLearningRate = 0
    recipe.warmup = try options.required("warmup_steps")
    recipe.optimizer = AdamW.Settings(
      beta1: try options.required("adam_beta1"), beta2: try options.required("adam_beta2"),
      epsilon: try options.required("adam_epsilon"), weightDecay: try options.required("weight_decay"))
    recipe.clip = try options.required("max_grad_norm")
    recipe.adaptation = try adaptation(of: base)
    return recipe
  }

  /// What of the results on a row training decides: of rewards that are not centred their differences alone.
  func comparable(_ results: [Double]) -> [Double] {
    isReward && options["center_rewards_coefficient"] == nil
      ? results.dropFirst().map { results[0] - $0 } : results
  }

  /// λ of the loss of preferences.
  func centring() throws -> Float {
    Float(try options.optional("center_rewards_coefficient", as: Double.self) ?? 0)
  }

  private func adaptation(of base: String) throws -> LowRankAdaptation? {
    guard let adapter else { return nil }
    return LowRankAdaptation(
      rank: try adapter.required("r"), alpha: try adapter.required("lora_alpha"),
      dropout: Float(try adapter.required("lora_dropout", as: Double.self)),
      layers: Set(try adaptedModules(of: base).flatMap(\.layers)),
      isRankStabilized: try adapter.required("use_rslora"), isDecomposed: try adapter.required("use_dora"))
  }

  /// The modules that PEFT changes.
  private func adaptedModules(of base: String) throws -> [AdaptedModule] {
    guard let adapter else { return [] }
    let (architecture, configuration) = try LanguageModel.configuration(ofDirectory: base)
    let targets = try adapter.required("target_modules", as: [String].self)
    return AdaptedModule.all(of: configuration, architecture).filter { module in
      targets.contains { module.name.hasSuffix(".\($0)") }
    }
  }

  /// Gives each matrix A of a new adapter the numbers that PEFT's had.
  func startAdapter<HeadType>(of model: Model<HeadType>, base: String) throws {
    for module in try adaptedModules(of: base) {
      let down = try #require(model.parameters.first { $0.name == module.downName })
      down.value = TRLGolden.value("base_model.model.\(module.name).lora_A.weight", down.value.shape)
    }
  }
}
