import MartletModel
import MartletTensor
import MartletText

/// How fast a model of some sizes reads prompts and writes tokens on this machine.
///
/// A repetition reads the prompts of all sequences at once and then writes tokens, one for each sequence a step,
/// always the likeliest. The weights and the prompts are random: what a token costs does not depend on what it says.
public struct InferenceMeasurement: Sendable {
  /// What is read and written.
  public struct Work: Sendable {
    /// How many sequences there are at once.
    public var sequences: Int
    /// The tokens of each sequence's prompt.
    public var promptTokens: Int
    /// The tokens that each sequence is continued by.
    public var decodeTokens: Int
    /// How often it is done; once more comes first and is not counted.
    public var repetitions: Int

    /// Work of some sizes.
    public init(sequences: Int = 1, promptTokens: Int, decodeTokens: Int, repetitions: Int = 5) {
      self.sequences = sequences
      self.promptTokens = promptTokens
      self.decodeTokens = decodeTokens
      self.repetitions = repetitions
    }

    /// The tokens that a sequence holds at last; the last one written is not read.
    public var context: Int { promptTokens + decodeTokens }

    /// What contradicts itself, as one sentence that names the option; nil when nothing does.
    public var problem: String? {
      let counts = [
        ("--sequences", sequences), ("--prompt-tokens", promptTokens), ("--decode-tokens", decodeTokens),
        ("--repetitions", repetitions),
      ]
      for (name, count) in counts {
        if count < 1 { return "\(name) must be at least 1, not \(count)" }
        if count > 1 << 20 { return "\(name) must be at most \(1 << 20), not \(count)" }
      }
      return nil
    }
  }

  /// The medians over the repetitions, of all sequences together, in tokens a second.
  public let promptTokensPerSecond: Double
  /// As ``promptTokensPerSecond``, for the tokens that are written.
  public let decodeTokensPerSecond: Double
  /// The number of scalars in the model.
  public let parameters: Int
  /// The most memory that the process has had resident, in bytes.
  public let peakMemory: Int

  /// Measures a new model.
  ///
  /// - Parameters:
  ///   - weights: how the weights are kept.
  ///   - observe: told the seconds of each counted repetition's prompts and of its written tokens.
  /// - Throws: when the sizes contradict each other, or the machine's memory can't hold them.
  public init(
    _ configuration: DecoderConfiguration, architecture: any Architecture.Type, weights: WeightFormat,
    _ work: Work, observe: (_ prompt: Double, _ decode: Double) -> Void = { _, _ in }
  ) throws(MartletError) {
    if let problem = work.problem ?? configuration.problem { throw MartletError(problem) }
    if work.context > configuration.context {
      throw MartletError(
        "\(work.promptTokens) tokens of a prompt and \(work.decodeTokens) after it are more than the context of "
          + "\(configuration.context); raise --context or lower --prompt-tokens or --decode-tokens")
    }
    try Self.check(configuration, weights, work)
    let model = LanguageModel(
      configuration, architecture: architecture, from: RandomParameters(seed: 0, weights: weights))
    let prompts = RandomStream(seed: 0, name: "prompts").integers(
      below: configuration.vocabulary, at: 0..<UInt64(work.sequences * work.promptTokens))
    let additions = (0..<work.sequences).map { sequence in
      let first = sequence * work.promptTokens
      return KeyValueCache.Addition(
        sequence: sequence, tokens: prompts[first..<first + work.promptTokens].map { Int32($0) })
    }
    var seconds: (prompt: [Double], decode: [Double]) = ([], [])
    for repetition in 0...work.repetitions {
      let (prompt, decode) = try Self.run(model, additions, work)
      if repetition == 0 { continue }
      seconds.prompt.append(prompt)
      seconds.decode.append(decode)
      observe(prompt, decode)
    }
    func rate(_ tokens: Int, _ seconds: [Double]) -> Double {
      Double(work.sequences * tokens) / Stopwatch.median(of: seconds)
    }
    promptTokensPerSecond = rate(work.promptTokens, seconds.prompt)
    decodeTokensPerSecond = rate(work.decodeTokens, seconds.decode)
    parameters = model.parameterCount
    peakMemory = ProcessMemory.peak
  }

  /// The seconds of one repetition.
  private static func run(
    _ model: LanguageModel, _ prompts: [KeyValueCache.Addition], _ work: Work
  ) throws(MartletError) -> (prompt: Double, decode: Double) {
    let clock = ContinuousClock()
    var cache = KeyValueCache(model.configuration, sequences: work.sequences)
    let start = clock.now
    var tokens = try likeliest(model.nextTokenLogits(after: prompts, cache: &cache))
    let middle = clock.now
    for _ in 0..<work.decodeTokens {
      let additions = tokens.enumerated().map { KeyValueCache.Addition(sequence: $0, tokens: [$1]) }
      tokens = try likeliest(model.nextTokenLogits(after: additions, cache: &cache))
    }
    return (seconds(start.duration(to: middle)), seconds(middle.duration(to: clock.now)))
  }

  private static func likeliest(_ logits: Tensor) throws(MartletError) -> [Int32] {
    let tokens = logits.largestColumns().compactMap { $0 }
    guard tokens.count == logits.rows else {
      throw MartletError("a model of random weights and these sizes gives logits that are not numbers")
    }
    return tokens
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  /// Fails when the weights and the keys and values alone are more than the machine's memory.
  private static func check(
    _ configuration: DecoderConfiguration, _ weights: WeightFormat, _ work: Work
  ) throws(MartletError) {
    let cache = Double(KeyValueCache.bytesPerToken(configuration)) * Double(work.sequences * work.context)
    let bytes = configuration.matrixParameterCount * (weights == .bfloat16 ? 2 : 4) + cache
    let available = ProcessMemory.physical
    if bytes <= available { return }
    func gigabytes(_ bytes: Double) -> String { "\((bytes / 1e8).rounded() / 10) GB" }
    throw MartletError(
      "the measurement needs at least \(gigabytes(bytes)) of memory, and this machine has "
        + "\(gigabytes(available)); use a smaller --width, --layers, --vocabulary or --sequences")
  }
}
