import MartletModel
import MartletTensor
import MartletText

/// How fast a model of some sizes trains on this machine.
///
/// Whole steps are timed, forward pass to update, with clipping, on random tokens: what a step costs does not
/// depend on what the tokens say.
public struct TrainingMeasurement: Sendable {
  /// The median over the steps, in seconds.
  public let secondsPerStep: Double
  /// The tokens predicted in a step.
  public let tokensPerStep: Int
  /// The number of scalars in the model.
  public let parameters: Int
  /// The most memory that the process has had resident, in bytes.
  public let peakMemory: Int
  /// The arithmetic that a step needs at least, in floating-point operations: 6 for each token and weight in a
  /// product, and attention; not what is computed a second time.
  public let operationsPerStep: Double
  /// What this machine's products reach at the recipe's precision, in operations a second, measured in the same
  /// process right after the steps.
  public let productRate: Double

  /// Tokens predicted a second.
  public var tokensPerSecond: Double { Double(tokensPerStep) / secondsPerStep }

  /// The step's operations a second, as a part of what the machine's products reach.
  public var fractionOfProductRate: Double { operationsPerStep / secondsPerStep / productRate }

  /// Trains a new model for some steps; two more come first and are not counted.
  ///
  /// - Parameters:
  ///   - recipe: the sizes, the batch, the optimiser and the number of steps; its data and tokenizer are not used.
  ///   - vocabulary: the number of tokens.
  ///   - observe: told the seconds of each counted step.
  /// - Throws: when the sizes contradict each other or the machine's memory can't hold them.
  public init(
    _ recipe: LanguageModelRecipe, vocabulary: Int, observe: (Double) -> Void = { _ in }
  ) throws(MartletError) {
    if let problem = recipe.problem { throw MartletError(problem) }
    if !(1...DecoderConfiguration.largestSize).contains(vocabulary) {
      throw MartletError(
        "--vocabulary must be from 1 to \(DecoderConfiguration.largestSize), not \(vocabulary)")
    }
    let configuration = recipe.configuration(vocabulary: vocabulary)
    if let problem = configuration.problem { throw MartletError(problem) }
    try MemoryNeed(of: recipe, configuration).check(against: MemoryNeed.physicalMemory)
    let model = recipe.model(configuration)
    var optimizer = AdamW(recipe.optimizer)
    let step = recipe.settings.trainingStep
    let clock = ContinuousClock()
    var seconds: [Double] = []
    for number in 0..<recipe.steps + 2 {
      let batch = Self.batch(of: recipe, vocabulary: vocabulary, number: number)
      let start = clock.now
      _ = try step.run(
        batch.microBatches(rows: recipe.microBatchSize ?? recipe.batchSize), LanguageModelObjective(), model,
        &optimizer,
        learningRate: recipe.settings.learningRateSchedule.learningRate(step: min(number, recipe.steps - 1)))
      if number < 2 { continue }
      let duration = start.duration(to: clock.now).components
      seconds.append(Double(duration.seconds) + Double(duration.attoseconds) * 1e-18)
      observe(seconds[seconds.count - 1])
    }
    secondsPerStep = Stopwatch.median(of: seconds)
    tokensPerStep = recipe.batchSize * recipe.context
    parameters = model.parameterCount
    peakMemory = ProcessMemory.peak
    operationsPerStep =
      Double(recipe.batchSize) * configuration.trainingOperations(tokens: recipe.context)
    productRate = ProductMeasurement.rate(recipe.precision)
  }

  private static func batch(of recipe: LanguageModelRecipe, vocabulary: Int, number: Int) -> StepBatch {
    let stream = RandomStream(seed: recipe.seed, name: "measurement").substream(UInt64(number))
    let length = recipe.context + 1
    let ids = stream.integers(below: vocabulary, at: 0..<UInt64(recipe.batchSize * length)).map { Int32($0) }
    var batch = StepBatch()
    for row in 0..<recipe.batchSize { batch.append(row: [ids[row * length..<(row + 1) * length]]) }
    return batch
  }
}
