import MartletModel
import MartletTensor

/// How a run learns, whatever it learns: batches, steps, learning rates, the optimiser and the seed.
public struct TrainingSettings: Sendable, Equatable {
  /// The number of rows in a step's batch: texts of the context's size, or examples.
  public var batchSize = 12
  /// The number of rows computed at a time; the whole batch when nil. It changes memory, not one bit of the result.
  public var microBatchSize: Int?
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
  /// The parameters that learn at rates of their own, or not at all; of those that hold for one parameter, the longest
  /// path does.
  public var groups: [ParameterGroup] = []
  /// The largest global norm of the gradient of all that is trained; 0 for no limit.
  public var clip = 1.0
  /// The probability of dropout.
  public var dropout: Float = 0
  /// What the balancing loss of experts is multiplied by, 0 for none; as the model says when nil.
  public var balance: Float?
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

  /// The usual settings of a small model.
  public init() {}

  /// The learning rate of each step.
  public var learningRateSchedule: LearningRateSchedule {
    LearningRateSchedule(
      shape: schedule, peak: learningRate, minimum: minimumLearningRate ?? learningRate / 10,
      warmup: warmup ?? min(steps / 20, 100), steps: steps)
  }

  /// What each step does.
  var trainingStep: TrainingStep {
    TrainingStep(
      clip: clip, dropout: dropout, seed: seed, usesCheckpointing: usesCheckpointing, precision: precision,
      balance: balance, groups: groups)
  }

  /// What contradicts itself, as one sentence that names the option; nil when nothing does.
  public var problem: String? {
    let counts = [
      ("--batch-size", batchSize), ("--steps", steps), ("--evaluate-every", evaluateEvery),
      ("--micro-batch-size", microBatchSize ?? 1), ("--patience", patience ?? 1),
    ]
    if let problem = Self.problem(ofCounts: counts) { return problem }
    if let microBatchSize, microBatchSize > batchSize {
      return "--micro-batch-size \(microBatchSize) is larger than --batch-size \(batchSize)"
    }
    if let balance, !(balance >= 0 && balance.isFinite) {
      return "--balance must be at least 0, not \(balance)"
    }
    if !(dropout >= 0 && dropout < 1) { return "--dropout must be at least 0 and below 1, not \(dropout)" }
    return scheduleProblem ?? optimizerProblem ?? groupProblem
  }

  /// The first count that is below 1 or too large to reckon with, as a sentence.
  static func problem(ofCounts counts: [(name: String, count: Int)]) -> String? {
    if let (name, count) = counts.first(where: { $0.count < 1 }) {
      return "\(name) must be at least 1, not \(count)"
    }
    if let (name, count) = counts.first(where: { $0.count > DecoderConfiguration.largestSize }) {
      return "\(name) must be at most \(DecoderConfiguration.largestSize), not \(count)"
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
