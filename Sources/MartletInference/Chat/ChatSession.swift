import MartletText

/// A conversation with a model: its history, and what the model has read of it.
///
/// Each turn is written by the chat template from the whole history, and sampled as ``Generator`` samples any prompt;
/// the n-th answer of a session is sample n of the seed. What the turn before has left in the cache is not read again,
/// which changes no bit.
///
/// A history that leaves no room in the model's context for an answer loses its oldest turns, whole; the system message
/// stays.
public struct ChatSession: Sendable {
  /// An answer, and what it took.
  public struct Answer: Sendable {
    /// What the model sampled; its text is the answer.
    public let sample: GeneratedSample
    /// The tokens the model saw.
    public let prompt: [Int32]
    /// How many of the first of them it had read before.
    public let reusedTokens: Int
  }

  /// What a session tells while it answers.
  public enum Event: Sendable, Equatable {
    /// The oldest turns no longer fit the context, and are gone from the history.
    case droppedTurns(Int)
    /// Text of the answer that is certain now; never an end token.
    case text(String)
  }

  /// The model and its tokenizer.
  public var textModel: TextModel { generator.textModel }
  /// How the conversation is written.
  public let template: ChatTemplate
  /// The system message.
  public var system: String?
  /// The messages after the system message.
  public private(set) var turns: [ChatMessage] = []
  /// How many answers have been sampled: the number of the next one's sample.
  public private(set) var answers = 0
  private let generator: Generator
  private var cache: PromptCache

  /// A conversation that has not begun.
  public init(_ textModel: TextModel, template: ChatTemplate, system: String? = nil) {
    generator = Generator(textModel)
    cache = PromptCache(textModel.model.configuration)
    (self.template, self.system) = (template, system)
  }

  /// The whole history, the system message first. Setting it starts another conversation.
  public var messages: [ChatMessage] {
    get { Self.messages(system, turns) }
    set {
      system = newValue.first?.role == .system ? newValue.first?.content : nil
      turns = newValue.filter { $0.role != .system }
    }
  }

  /// Answers a message; both are then a part of the history. After an error the history is as before.
  ///
  /// - Parameters:
  ///   - options: for one sample; its number is chosen here. At most as many tokens are sampled as the context has room
  ///     for.
  ///   - isCancelled: is asked after each token whether the answer is to end there.
  /// - Throws: when the template fails, the message is too long for the context, or the model's output is not a number.
  public mutating func respond(
    to message: String, _ options: GenerationOptions = GenerationOptions(),
    isCancelled: () -> Bool = { false }, receive: (Event) -> Void = { _ in }
  ) throws(MartletError) -> Answer {
    try answer(turns + [ChatMessage(.user, message)], options, isCancelled: isCancelled, receive: receive)
  }

  /// Answers the last message anew, with other random numbers.
  ///
  /// - Returns: nil when there is no message to answer.
  /// - Throws: as ``respond(to:_:isCancelled:receive:)``.
  public mutating func retry(
    _ options: GenerationOptions = GenerationOptions(), isCancelled: () -> Bool = { false },
    receive: (Event) -> Void = { _ in }
  ) throws(MartletError) -> Answer? {
    guard let last = turns.lastIndex(where: { $0.role == .user }) else { return nil }
    return try answer(Array(turns[...last]), options, isCancelled: isCancelled, receive: receive)
  }

  /// Takes back the last turn: a message and its answer.
  ///
  /// - Returns: the message; nil when there is none.
  public mutating func undo() -> String? {
    guard let last = turns.lastIndex(where: { $0.role == .user }) else { return nil }
    defer { turns.removeSubrange(last...) }
    return turns[last].content
  }

  /// Forgets all turns; the system message stays.
  public mutating func reset() { turns = [] }

  /// The tokens of the history as the model would see it.
  ///
  /// - Throws: when the template fails.
  public func tokens() throws(MartletError) -> [Int32] {
    turns.isEmpty ? [] : try tokens(of: turns, addingGenerationPrompt: false)
  }

  /// How many of some tokens the model need not read again.
  public func cachedCount(of tokens: [Int32]) -> Int { cache.sharedCount(with: tokens) }
}

// MARK: One answer

extension ChatSession {
  private static func messages(_ system: String?, _ turns: [ChatMessage]) -> [ChatMessage] {
    (system.map { [ChatMessage(.system, $0)] } ?? []) + turns
  }

  private func tokens(
    of turns: [ChatMessage], addingGenerationPrompt: Bool = true
  ) throws(MartletError) -> [Int32] {
    let variables: JSONObject = [
      "messages": .array(Self.messages(system, turns).map(\.json)),
      "add_generation_prompt": .bool(addingGenerationPrompt),
    ]
    let tokenizer = textModel.tokenizer
    let rendered = try template.render(variables, tokens: tokenizer.templateTokens)
    let ids = rendered.encoded(by: tokenizer).encoding.ids
    if ids.isEmpty { throw MartletError("\(template.name): it writes nothing for this conversation") }
    return ids
  }

  private mutating func answer(
    _ turns: [ChatMessage], _ options: GenerationOptions, isCancelled: () -> Bool, receive: (Event) -> Void
  ) throws(MartletError) -> Answer {
    precondition(options.samples == 1 && options.maxTokens >= 1, "ChatSession: one answer of some tokens")
    let context = textModel.model.configuration.context
    let (kept, dropped, prompt) = try fitting(turns, room: min(options.maxTokens, max(1, context / 4)))
    if dropped > 0 { receive(.droppedTurns(dropped)) }
    var options = options
    // The last token sampled is not read, and so needs no room.
    options.maxTokens = min(options.maxTokens, context - prompt.count + 1)
    options.firstSample += answers
    let reused = cache.sharedCount(with: prompt)
    let sample = try generator.generate(
      prompt: prompt, continuing: &cache, options, isCancelled: isCancelled
    ) { piece in
      if !piece.text.isEmpty { receive(.text(piece.text)) }
    }
    self.turns = kept + [ChatMessage(.assistant, sample.text)]
    answers += 1
    return Answer(sample: sample, prompt: prompt, reusedTokens: reused)
  }

  /// The last turns, with as many before them as leave room for an answer.
  ///
  /// - Throws: when not even the last turn fits the context.
  private func fitting(
    _ turns: [ChatMessage], room: Int
  ) throws(MartletError) -> (turns: [ChatMessage], dropped: Int, prompt: [Int32]) {
    let context = textModel.model.configuration.context
    var (turns, dropped) = (turns, 0)
    var prompt = try tokens(of: turns)
    while prompt.count + room - 1 > context,
      let next = turns.dropFirst().firstIndex(where: { $0.role == .user })
    {
      turns.removeSubrange(..<next)
      dropped += 1
      prompt = try tokens(of: turns)
    }
    guard prompt.count <= context else {
      throw MartletError(
        "\(system == nil ? "the message takes" : "the message and the system message take") \(prompt.count) "
          + "tokens, and the model's "
          + "context has \(context); say it in fewer words")
    }
    return (turns, dropped, prompt)
  }
}
