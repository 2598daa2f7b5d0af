import MartletInference
import MartletModel
import MartletTensor
import MartletText

/// Trains a language model from its recipe, one step at a time, in memory.
///
/// Everything a step does is a function of the recipe, the data and the step's number.
public final class LanguageModelTrainer: Trainer {
  /// What decides the run; whether the head is tied, which may have been left to the vocabulary, is written out.
  public let recipe: LanguageModelRecipe
  /// Turns text into tokens.
  public let tokenizer: Tokenizer
  /// The model being trained.
  public let model: LanguageModel
  /// The cross-entropy of each next token.
  public let objective = LanguageModelObjective()
  /// What the steps so far have left behind.
  public var progress: TrainingProgress
  /// The number of UTF-8 bytes of the text that is held out.
  public let heldOutBytes: Int
  /// The number of tokens to train on.
  public let trainingTokens: Int
  /// The number of tokens that are held out.
  public let heldOutTokens: Int
  private var batches: BatchSource
  private let heldOut: DocumentTokens?

  /// Prepares a run: makes the tokenizer and initialises the model unless they are given, and tokenises the text.
  ///
  /// - Parameters:
  ///   - given: the tokenizer; when nil, as the recipe says.
  ///   - base: the model to go on with, whose parameters are float32 and are changed; when nil, a new one.
  /// - Throws: when the recipe contradicts itself or the model, the tokenizer can't be made or is not the model's, or
  ///   there is too little text.
  public init(
    _ recipe: LanguageModelRecipe, data: TextData, tokenizer given: Tokenizer? = nil,
    model base: LanguageModel? = nil
  ) throws(MartletError) {
    if let problem = recipe.problem { throw MartletError(problem) }
    let (training, held, continues) = data.split(holdingOut: recipe.validationFraction)
    let tokenizer: Tokenizer
    if let given {
      tokenizer = given
    } else {
      tokenizer = try Self.tokenizer(recipe.tokenizer, training: training, all: data.documents)
    }
    let separator = try recipe.separator(of: tokenizer)
    let documents = DocumentTokens(
      training, tokenizer: tokenizer, separator: separator, isContinued: continues)
    batches = try BatchSource(
      documents, rows: recipe.batchSize, context: recipe.context, packing: recipe.packing,
      seed: recipe.seed, name: data.name)
    heldOut =
      held.isEmpty
      ? nil
      : DocumentTokens(
        held, tokenizer: tokenizer, separator: separator,
        precedingToken: continues ? documents.tokens.last : nil,
        // Training has not seen the end of a document that is cut in two, so it is not asked for.
        isContinued: continues)
    if recipe.validationFraction > 0, heldOut == nil {
      throw MartletError(
        "\(data.name): nothing is left to hold out a fraction of \(recipe.validationFraction); "
          + "give more text or --validation-fraction 0")
    }
    trainingTokens = documents.predictedCount
    heldOutTokens = heldOut?.predictedCount ?? 0
    heldOutBytes = held.reduce(0) { $0 + $1.utf8.count }

    let configuration: DecoderConfiguration
    if let base {
      configuration = base.configuration
    } else {
      configuration = try recipe.configuration(for: tokenizer)
    }
    try MemoryNeed(of: recipe, configuration).check(against: MemoryNeed.physicalMemory)
    if recipe.balance != nil, configuration.expertLayers == 0 {
      throw MartletError("--balance needs a model with experts, and this one has none; leave it out")
    }
    if let base {
      guard recipe.context <= configuration.context else {
        throw MartletError(
          "--context \(recipe.context) is longer than the model's of \(configuration.context) tokens; use at most that"
        )
      }
      // That the tokenizer is the model's.
      _ = try TextModel(model: base, tokenizer: tokenizer)
    }
    model = base ?? recipe.model(configuration)
    try recipe.settings.freeze(model)
    progress = TrainingProgress(recipe.optimizer)
    var decided = recipe
    decided.isTied = configuration.isTied
    self.recipe = decided
    self.tokenizer = tokenizer
  }

  /// The alphabet is the whole text's, so that held-out text has no character without a probability; words and
  /// byte pairs are learned from the training part alone.
  private static func tokenizer(
    _ name: String, training: [String], all: [String]
  ) throws(MartletError) -> Tokenizer {
    let specification = try TokenizerSpecification(name)
    return try specification.makeTokenizer(trainingOn: specification == .characters ? all : training)
  }

  /// The batch of a step in parts of as many rows as are computed at a time.
  public func microBatches(step: Int) -> [TokenBatch] {
    batches.batch(step: step).microBatches(rows: recipe.microBatchSize ?? recipe.batchSize)
  }

  /// The loss over every held-out token, in windows of the recipe's context laid end to end; nil when none is held out.
  public func evaluate() -> HeldOutReport? {
    heldOut.map { heldOut in
      let loss = Evaluation.loss(of: model, on: heldOut, context: recipe.context)
      // Nats over the bytes times ln 2.
      let bits = loss.sum / (Double(heldOutBytes) * ExactMath.log(2))
      return HeldOutReport(loss: loss, figures: [(Self.bitsPerByte, bits)])
    }
  }

  /// The figure of a held-out loss in bits a byte of the text.
  public static let bitsPerByte = "bits_per_byte"

  /// Writes the model and its tokenizer, with what else belongs to a model that is gone on with.
  public func save(to directory: String) throws(MartletError) {
    var keys = JSONObject()
    if let base = recipe.base {
      keys = try JSONReader(file: FileSystem.join(base, ModelFile.configuration)).members
    }
    try model.save(to: directory, types: { _ in .float32 }, keeping: keys)
    try tokenizer.save(to: directory)
    if let base = recipe.base { try CompanionFiles.copy(from: base, to: directory) }
  }

  /// Replaces the weights.
  public func saveWeights(to directory: String) throws(MartletError) { try model.saveWeights(to: directory) }
}
