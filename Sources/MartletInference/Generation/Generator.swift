import MartletModel
import MartletTensor
import MartletText

/// Samples texts from a model.
///
/// A prompt is read once, whatever the number of its samples; then all samples that have not ended take one token
/// a step together. A sample is the same bits alone and beside others.
///
/// When a sample has filled the model's context, the model goes on from about the last half of it: it reads the
/// text again from half a context further on. Scoring moves its window in the same way.
public struct Generator: Sendable {
  /// Text of a sample as it comes.
  public struct Piece: Sendable {
    /// Which prompt.
    public let prompt: Int
    /// Which of its samples, from 0.
    public let sample: Int
    /// The text that is certain now; may be empty.
    public let text: String
    /// Why the sample has ended, once it has.
    public let finishReason: FinishReason?
  }

  /// The model and its tokenizer.
  public let textModel: TextModel

  /// Sequences that take their steps together; more of them come one group after another.
  private static let sequencesAtOnce = 64

  /// A generator for a model.
  public init(_ textModel: TextModel) { self.textModel = textModel }

  /// The tokens that a prompt stands for: as `transformers` encodes it, with the begin of text where the
  /// tokenizer adds one; for an empty prompt the model's ``TextModel/startToken``.
  ///
  /// - Throws: when the prompt is empty and the model has no such token.
  public func tokens(ofPrompt prompt: String) throws(MartletError) -> [Int32] {
    let ids = prompt.isEmpty ? [] : textModel.tokenizer.encode(prompt)
    if !ids.isEmpty { return ids }
    guard let start = textModel.startToken else {
      throw MartletError(
        "the prompt is empty, and the model has no token that begins a text; give a prompt of at least one "
          + "character")
    }
    return [start]
  }

  /// Samples continuations of a prompt.
  ///
  /// - Parameter receive: is given each sample's text as it comes.
  /// - Throws: when the prompt is empty and the model has no token to start from, or when the model's output is
  ///   not a number.
  public func generate(
    prompt: String, _ options: GenerationOptions = GenerationOptions(),
    receive: (Piece) -> Void = { _ in }
  ) throws(MartletError) -> [GeneratedSample] {
    try generate(prompts: [try tokens(ofPrompt: prompt)], options, receive: receive)[0]
  }

  /// Samples continuations of prompts given as tokens, all together.
  ///
  /// - Returns: the samples of each prompt.
  /// - Throws: when a prompt has no tokens, or when the model's output is not a number.
  public func generate(
    prompts: [[Int32]], _ options: GenerationOptions = GenerationOptions(),
    receive: (Piece) -> Void = { _ in }
  ) throws(MartletError) -> [[GeneratedSample]] {
    precondition(
      options.samples >= 1 && options.maxTokens >= 0,
      "generate: \(options.samples) samples of \(options.maxTokens) tokens")
    for (index, prompt) in prompts.enumerated() {
      try check(prompt, at: index)
    }
    var continuations = prompts.indices.flatMap { prompt in
      (0..<options.samples).map { continuation(of: prompts[prompt], prompt: prompt, sample: $0, options) }
    }
    if options.maxTokens > 0 {
      for first in stride(from: 0, to: continuations.count, by: Self.sequencesAtOnce) {
        let range = first..<min(first + Self.sequencesAtOnce, continuations.count)
        var group = Array(continuations[range])
        var cache = KeyValueCache(textModel.model.configuration, sequences: group.count)
        try run(&group, options, cache: &cache, isCancelled: { false }, receive: receive)
        continuations.replaceSubrange(range, with: group)
      }
    }
    return prompts.indices.map { prompt in
      let first = prompt * options.samples
      return continuations[first..<first + options.samples].map(\.result)
    }
  }

  /// Samples one continuation of a prompt that may start as the one before it did: what the cache holds of it is not
  /// read again. The sample is that of ``generate(prompts:_:receive:)``, bit for bit.
  ///
  /// - Parameters:
  ///   - cache: holds the prompt and the sample afterwards, but for the last token; nothing after an error.
  ///   - isCancelled: is asked after each token whether to end there.
  ///   - receive: is given the text as it comes.
  /// - Throws: when the prompt has no tokens, or when the model's output is not a number.
  public func generate(
    prompt: [Int32], continuing cache: inout PromptCache, _ options: GenerationOptions = GenerationOptions(),
    isCancelled: () -> Bool = { false }, receive: (Piece) -> Void = { _ in }
  ) throws(MartletError) -> GeneratedSample {
    precondition(
      options.samples == 1 && options.maxTokens >= 0,
      "generate: \(options.samples) samples of \(options.maxTokens) tokens from one cache")
    try check(prompt, at: 0)
    var group = [continuation(of: prompt, prompt: 0, sample: 0, options)]
    if options.maxTokens == 0 { return group[0].result }
    let window = SlidingWindow(context: textModel.model.configuration.context)
    cache.keepStart(of: prompt[window.start(reading: prompt.count)...])
    do throws(MartletError) {
      try run(&group, options, cache: &cache.cache, isCancelled: isCancelled, receive: receive)
    } catch {
      cache.clear()
      throw error
    }
    cache.hold(endOf: group[0].ids.dropLast())
    return group[0].result
  }

  private func continuation(
    of ids: [Int32], prompt: Int, sample: Int, _ options: GenerationOptions
  ) -> Continuation {
    Continuation(
      prompt: prompt, sample: sample, ids: ids,
      stream: TokenStream(textModel.tokenizer, continuing: continues(ids)), endTokens: textModel.endTokens,
      options)
  }

  /// Whether what follows a prompt continues a text, rather than starting one.
  private func continues(_ prompt: [Int32]) -> Bool {
    prompt.contains { !textModel.tokenizer.isSpecial($0) }
  }

  private func check(_ prompt: [Int32], at index: Int) throws(MartletError) {
    if prompt.isEmpty {
      throw MartletError("prompt \(index + 1) has no tokens; give it at least one")
    }
    let vocabulary = Int32(textModel.model.configuration.vocabulary)
    if let id = prompt.first(where: { $0 < 0 || $0 >= vocabulary }) {
      throw MartletError(
        "prompt \(index + 1) has the id \(id), and the model's vocabulary goes from 0 to \(vocabulary - 1)")
    }
  }
}

// MARK: Steps

extension Generator {
  /// - Parameter cache: a sequence for each continuation, which may hold the start of what a prompt's first one reads.
  private func run(
    _ continuations: inout [Continuation], _ options: GenerationOptions, cache: inout KeyValueCache,
    isCancelled: () -> Bool, receive: (Piece) -> Void
  ) throws(MartletError) {
    let model = textModel.model
    let window = SlidingWindow(context: model.configuration.context)
    let random = RandomStream(seed: options.seed, name: "sampling")

    // A prompt is read into the sequence of its first sample, and copied to those of the others.
    var firstOfPrompt: [Int: Int] = [:]
    var leaders: [Int] = []
    var rows: [Int32] = []
    for (sequence, continuation) in continuations.enumerated() {
      if firstOfPrompt[continuation.prompt] == nil {
        firstOfPrompt[continuation.prompt] = leaders.count
        leaders.append(sequence)
      }
      rows.append(Int32(firstOfPrompt[continuation.prompt]!))
    }
    let additions = leaders.map { sequence in
      let ids = continuations[sequence].ids
      let start = window.start(reading: ids.count) + cache.lengths[sequence]
      return KeyValueCache.Addition(sequence: sequence, tokens: Array(ids[start...]))
    }
    var logits = model.nextTokenLogits(after: additions, cache: &cache).rows(at: rows)
    for sequence in continuations.indices { cache.copy(leaders[Int(rows[sequence])], to: sequence) }

    var live = Array(continuations.indices)
    while true {
      let likeliest = logits.largestColumns()
      let scalars = options.sampler.takesLikeliest ? [] : logits.scalars
      var chosen: [Int32] = []
      for (row, sequence) in live.enumerated() {
        guard let likeliest = likeliest[row] else {
          throw MartletError(
            "the model's output is not a number at token \(continuations[sequence].ids.count + 1); its weights "
              + "are damaged, or its training diverged")
        }
        if options.sampler.takesLikeliest {
          chosen.append(likeliest)
          continue
        }
        let rowLogits =
          live.count == 1 ? scalars : Array(scalars[row * logits.columns..<(row + 1) * logits.columns])
        let continuation = continuations[sequence]
        let number = random.substream(UInt64(options.firstSample + continuation.sample))
          .uniform(at: UInt64(continuation.sampledCount))
        chosen.append(
          options.sampler.next(logits: rowLogits, history: continuation.ids, number: number))
      }
      let logProbabilities = logits.logProbabilities(ofColumns: chosen)
      for (row, sequence) in live.enumerated() {
        let text = continuations[sequence].append(chosen[row], logProbability: logProbabilities[row])
        let continuation = continuations[sequence]
        receive(
          Piece(
            prompt: continuation.prompt, sample: continuation.sample, text: text,
            finishReason: continuation.finishReason))
      }
      live = live.filter { continuations[$0].finishReason == nil }
      if !live.isEmpty, isCancelled() {
        for sequence in live {
          let text = continuations[sequence].cancel()
          let continuation = continuations[sequence]
          receive(
            Piece(
              prompt: continuation.prompt, sample: continuation.sample, text: text,
              finishReason: continuation.finishReason))
        }
        return
      }
      if live.isEmpty { return }
      let additions = live.map { sequence in
        next(sequence, continuations[sequence].ids, window, &cache)
      }
      logits = model.nextTokenLogits(after: additions, cache: &cache)
    }
  }

  /// What a sequence reads next: its last token, or its window once more when that has moved.
  private func next(
    _ sequence: Int, _ ids: [Int32], _ window: SlidingWindow, _ cache: inout KeyValueCache
  ) -> KeyValueCache.Addition {
    let start = window.start(reading: ids.count)
    if start == window.start(reading: ids.count - 1) {
      return KeyValueCache.Addition(sequence: sequence, tokens: [ids[ids.count - 1]])
    }
    cache.clear(sequence)
    return KeyValueCache.Addition(sequence: sequence, tokens: Array(ids[start...]))
  }
}
