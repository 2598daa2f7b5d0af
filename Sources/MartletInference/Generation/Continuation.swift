import MartletText

/// One sample while it is generated.
struct Continuation {
  /// Which prompt, and which of its samples.
  let prompt: Int
  let sample: Int
  /// The prompt's tokens and the sampled ones.
  private(set) var ids: [Int32]
  private(set) var finishReason: FinishReason?
  private let promptLength: Int
  private let options: GenerationOptions
  private let endTokens: Set<Int32>
  private var logProbabilities: [Float] = []
  private var text = ""
  private var stream: TokenStream
  private var stop: StopMatcher

  init(
    prompt: Int, sample: Int, ids: [Int32], stream: TokenStream, endTokens: Set<Int32>,
    _ options: GenerationOptions
  ) {
    (self.prompt, self.sample, self.ids, self.stream) = (prompt, sample, ids, stream)
    (self.options, self.endTokens) = (options, endTokens)
    promptLength = ids.count
    stop = StopMatcher(options.stops)
    if options.maxTokens == 0 { finishReason = .length }
  }

  /// How many tokens have been sampled.
  var sampledCount: Int { ids.count - promptLength }

  var result: GeneratedSample {
    GeneratedSample(
      text: text, tokens: Array(ids[promptLength...]), logProbabilities: logProbabilities,
      finishReason: finishReason ?? .length)
  }

  /// Takes the next token and gives the text that is certain now.
  mutating func append(_ token: Int32, logProbability: Float) -> String {
    ids.append(token)
    logProbabilities.append(logProbability)
    var piece = ""
    if options.stopsAtEndTokens, endTokens.contains(token) {
      finishReason = .stop
    } else {
      piece = stop.push(stream.push(token))
      if stop.isFound {
        finishReason = .stop
      } else if sampledCount == options.maxTokens {
        finishReason = .length
      }
    }
    if finishReason != nil, !stop.isFound { piece += rest() }
    text += piece
    return piece
  }

  /// Ends before its time, and gives the text that was held back.
  mutating func cancel() -> String {
    finishReason = .cancelled
    let piece = rest()
    text += piece
    return piece
  }

  /// The text that was held back until more would come.
  private mutating func rest() -> String {
    let piece = stop.push(stream.finish())
    if stop.isFound { finishReason = .stop }
    return piece + stop.finish()
  }
}
