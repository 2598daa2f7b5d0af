import MartletModel
import MartletTensor
import MartletText

/// Everything that decides what a training run computes: with the data, the bits of its result.
public struct LanguageModelRecipe: Sendable, Equatable {
  /// The paths of the text; empty for the embedded one.
  public var data: [String] = []
  /// The kind of tokenizer, or its path.
  public var tokenizer = "bpe:2048"
  /// The directory of the model to go on with, which then decides the architecture, its sizes and the tokenizer; nil
  /// for a new model. See ``init(continuing:)``.
  public internal(set) var base: String?
  /// The family of the model.
  public var architecture = "gpt2"
  /// The number of blocks.
  public var layers = 4
  /// The number of query heads.
  public var heads = 4
  /// The number of key and value heads; as many as query heads when nil.
  public var keyValueHeads: Int?
  /// The size of a hidden state.
  public var width = 128
  /// The inner size of the feed-forward layer; the family's usual one when nil.
  public var feedForwardWidth: Int?
  /// The most tokens a sequence may have.
  public var context = 128
  /// Whether products have biases; the family's usual form when nil.
  public var hasBias: Bool?
  /// Whether the head is the table of embeddings; when nil, not for a vocabulary of at most ``smallVocabulary``
  /// tokens, and the family's usual form for a larger one.
  public var isTied: Bool?
  /// The probability of dropout.
  public var dropout: Float = 0
  /// The number of rows, of the context's size, in a step's batch.
  public var batchSize = 12
  /// The number of rows computed at a time; the whole batch when nil. It changes memory, not one bit of the result.
  public var microBatchSize: Int?
  /// How batches are drawn.
  public var packing = Packing.windows
  /// The number of steps.
  public var steps = 1000
  /// How the learning rate changes.
  public var schedule = LearningRateSchedule.Shape.cosine
  /// The highest learning rate.
  public var learningRate = 4e-3
  /// The last learning rate; a tenth of the highest when nil.
  public var minimumLearningRate: Double?
  /// The number of steps over which the learning rate rises; a twentieth of all when nil.
  public var warmup: Int?
  /// AdamW's constants.
  public var optimizer = AdamW.Settings()
  /// The largest global norm of the gradient; 0 for no limit.
  public var clip = 1.0
  /// The part of the text that is held out.
  public var validationFraction = 0.1
  /// The number of steps between evaluations, which are also saved.
  public var evaluateEvery = 250
  /// Stop when the held-out loss has not improved for so many evaluations; nil to go on.
  public var patience: Int?
  /// Whether blocks compute their intermediate results again for the gradient. It changes memory, not bits.
  public var usesCheckpointing = false
  /// How products read their factors in training; evaluation is float32 throughout.
  public var precision = ProductPrecision.float32
  /// What random numbers are made from.
  public var seed: UInt64 = 1

  /// The usual recipe: a small model of the embedded text.
  public init() {}

  /// The learning rate of each step.
  public var learningRateSchedule: LearningRateSchedule {
    LearningRateSchedule(
      shape: schedule, peak: learningRate, minimum: minimumLearningRate ?? learningRate / 10,
      warmup: warmup ?? min(steps / 20, 100), steps: steps)
  }

  /// The decoder that the recipe trains, over a vocabulary of a size.
  public func configuration(vocabulary: Int) -> DecoderConfiguration {
    Architectures.named(architecture)!.configuration(
      DecoderSizes(
        vocabulary: vocabulary, context: context, width: width, layers: layers, heads: heads,
        keyValueHeads: keyValueHeads, feedForwardWidth: feedForwardWidth, hasBias: hasBias,
        isTied: isTied(vocabulary: vocabulary), dropout: dropout))
  }

  /// A new model, its parameters drawn from the recipe's seed.
  func model(_ configuration: DecoderConfiguration) -> LanguageModel {
    LanguageModel(
      configuration, architecture: Architectures.named(architecture)!, from: RandomParameters(seed: seed))
  }

  /// What each step does.
  var trainingStep: TrainingStep {
    TrainingStep(
      clip: clip, dropout: dropout, seed: seed, usesCheckpointing: usesCheckpointing, precision: precision)
  }

  /// What contradicts itself, as one sentence that names the option; nil when nothing does.
  public var problem: String? {
    let counts = [
      ("--layers", layers), ("--heads", heads), ("--width", width), ("--context", context),
      ("--batch-size", batchSize), ("--steps", steps), ("--evaluate-every", evaluateEvery),
      ("--key-value-heads", keyValueHeads ?? 1), ("--feed-forward", feedForwardWidth ?? 1),
      ("--micro-batch-size", microBatchSize ?? 1), ("--patience", patience ?? 1),
    ]
    if let (name, count) = counts.first(where: { $0.1 < 1 }) {
      return "\(name) must be at least 1, not \(count)"
    }
    if let (name, count) = counts.first(where: { $0.1 > DecoderConfiguration.largestSize }) {
      return "\(name) must be at most \(DecoderConfiguration.largestSize), not \(count)"
    }
    if Architectures.named(architecture) == nil {
      let known = Architectures.all.map { $0.name }.joined(separator: " and ")
      return "--architecture \(architecture) is not known; known are \(known)"
    }
    if base == nil, let problem = shapeProblem { return problem }
    if let microBatchSize, microBatchSize > batchSize {
      return "--micro-batch-size \(microBatchSize) is larger than --batch-size \(batchSize)"
    }
    if !(dropout >= 0 && dropout < 1) { return "--dropout must be at least 0 and below 1, not \(dropout)" }
    if !(validationFraction >= 0 && validationFraction < 1) {
      return "--validation-fraction must be at least 0 and below 1, not \(validationFraction)"
    }
    if patience != nil, validationFraction == 0 {
      return "--patience needs held-out text: give a --validation-fraction above 0"
    }
    return scheduleProblem ?? optimizerProblem
  }

  /// What is wrong with the sizes of a new model.
  private var shapeProblem: String? {
    if width % heads != 0 { return "--width \(width) must be a multiple of --heads \(heads)" }
    if let keyValueHeads, architecture == GPT2.name, keyValueHeads != heads {
      return "--key-value-heads \(keyValueHeads) needs --architecture llama: gpt2 has as many as --heads"
    }
    if let keyValueHeads, heads % keyValueHeads != 0 {
      return "--heads \(heads) must be a multiple of --key-value-heads \(keyValueHeads)"
    }
    if architecture == Llama.name, width / heads % 2 != 0 {
      return
        "--width \(width) over --heads \(heads) gives heads of an odd size; rotary positions need an even one"
    }
    return nil
  }

  private var scheduleProblem: String? {
    if !(learningRate > 0 && learningRate.isFinite) {
      return "--learning-rate must be above 0, not \(learningRate)"
    }
    if let minimumLearningRate, !(minimumLearningRate >= 0 && minimumLearningRate <= learningRate) {
      return
        "--minimum-learning-rate \(minimumLearningRate) must be between 0 and --learning-rate \(learningRate)"
    }
    if let warmup, warmup < 0 { return "--warmup must be at least 0, not \(warmup)" }
    if let warmup, warmup > steps { return "--warmup \(warmup) is more than --steps \(steps)" }
    return nil
  }

  private var optimizerProblem: String? {
    for (name, beta) in [("--beta1", optimizer.beta1), ("--beta2", optimizer.beta2)]
    where !(beta >= 0 && beta < 1) { return "\(name) must be at least 0 and below 1, not \(beta)" }
    if !(optimizer.epsilon > 0 && optimizer.epsilon.isFinite) {
      return "the epsilon of AdamW must be above 0, not \(optimizer.epsilon)"
    }
    if !(optimizer.weightDecay >= 0 && optimizer.weightDecay.isFinite) {
      return "--weight-decay must be at least 0, not \(optimizer.weightDecay)"
    }
    if !(clip >= 0 && clip.isFinite) { return "--clip must be at least 0, not \(clip)" }
    return nil
  }
}
