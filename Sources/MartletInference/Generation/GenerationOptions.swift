/// What to generate.
public struct GenerationOptions: Sendable {
  /// The most tokens to sample.
  public var maxTokens = 256
  /// How each token is chosen.
  public var sampler = Sampler()
  /// Generation ends before the first of these in the text.
  public var stops: [String] = []
  /// Whether generation ends at the model's end tokens.
  public var stopsAtEndTokens = true
  /// How many samples of each prompt.
  public var samples = 1
  /// The number of the first sample. A sample is a function of the seed and its number, not of how many there are.
  public var firstSample = 0
  /// What the random numbers are a function of.
  public var seed: UInt64 = 0

  /// The usual choices.
  public init() {}
}

/// Why a sample ended.
public enum FinishReason: String, Sendable {
  /// An end token or a stop string came.
  case stop
  /// The most tokens are reached.
  case length
  /// It was broken off from outside.
  case cancelled
}

/// A text sampled from a model.
public struct GeneratedSample: Sendable, Equatable {
  /// The text after the prompt, without the stop string that ended it.
  public let text: String
  /// The sampled tokens, with the end token and those of the stop string that ended it.
  public let tokens: [Int32]
  /// log P of each token given those before it, in nats, under the model itself: whatever the sampler's steps.
  public let logProbabilities: [Float]
  /// Why it ended.
  public let finishReason: FinishReason
}
