import MartletText

/// Makes the tokens of rows, and says which of them are learned.
///
/// - **Texts**: prompt and answer are joined as they are and made tokens as one text, with the special tokens that the
///   tokenizer puts around it and the end-of-text token where it is missing at the end. What is learned starts where
///   the tokens part from those of the prompt alone. Marks written out in them, such as `<|im_start|>`, are tokens:
///   texts are often conversations that a template has laid out already.
/// - **Conversations** are written by the chat template, which puts its own marks around and between the turns; marks
///   in a message are text, so that no message can end its turn.
///
/// - Source: `SFTTrainer` and `RewardTrainer` of TRL 1.16, whose tokens and masks these are, with three differences: marks
///   in messages are not tokens; the end-of-text token is not doubled where the tokenizer adds it itself; and a
///   conversation whose template writes the prompt otherwise alone than within the whole is refused, where TRL warns and
///   learns some of the prompt.
public struct RowEncoder: Sendable {
  /// From text to tokens.
  public let tokenizer: Tokenizer
  /// How conversations are written; nil where there is no template.
  public let templates: ConversationTemplates?
  /// The token that ends a text; nil where there is none.
  public let endOfText: Int32?
  /// The most tokens of a sequence.
  public let context: Int
  /// Whether longer ones are cut at their end, rather than refused.
  public let truncates: Bool
  /// The special tokens as templates see them.
  let templateTokens: JSONObject
  /// The text of the end-of-text token, where it is to be added.
  private let endText: String?
  /// Whether that text becomes the token.
  private let endTextIsToken: Bool

  /// An encoder of rows.
  ///
  /// - Parameters:
  ///   - endOfText: ends a text: the tokenizer's or the model's.
  ///   - context: the most tokens of a sequence, at least 1.
  ///   - truncates: whether longer ones are cut at their end; they are problems otherwise.
  public init(
    tokenizer: Tokenizer, templates: ConversationTemplates?, endOfText: Int32?, context: Int,
    truncates: Bool = false
  ) {
    precondition(context >= 1, "RowEncoder: a context of \(context) tokens holds nothing")
    (self.tokenizer, self.templates, self.endOfText) = (tokenizer, templates, endOfText)
    (self.context, self.truncates) = (context, truncates)
    templateTokens = tokenizer.templateTokens
    let isAddedByTokenizer = endOfText != nil && tokenizer.encode("").last == endOfText
    endText = isAddedByTokenizer ? nil : endOfText.flatMap(tokenizer.token(of:))
    endTextIsToken =
      endText.map {
        tokenizer.encode($0, addingSpecialTokens: false, parsingSpecialTokens: true) == [endOfText!]
      } ?? false
  }

  /// The tokens of a row of instructions.
  ///
  /// - Throws: why there are none: the template is missing or fails, the row is longer than the context, nothing in it
  ///   is learned.
  public func encode(
    _ row: InstructionRow, learning part: LearnedPart
  ) throws(RowProblem) -> EncodedSequence {
    try encode(
      prompt: row.parts.prompt, answer: row.parts.answer, variables: row.variables, source: row.source,
      learning: part)
  }

  /// The tokens of a prompt with each of its answers.
  ///
  /// - Throws: as ``encode(_:learning:)``, and when two answers have the same tokens.
  public func encode(_ row: PreferenceRow) throws(RowProblem) -> PreferenceExample {
    var sequences: [EncodedSequence] = []
    for answer in row.answers { sequences.append(try uncut(row, answer)) }
    if let (first, second) = Self.equalPair(sequences.map(\.tokens)) {
      throw row.source.problem(
        "\(row.name(ofAnswer: first)) and \(row.name(ofAnswer: second)) are the same tokens, which says nothing "
          + "of either", .sameAnswers)
    }
    for place in sequences.indices { sequences[place] = try fitted(sequences[place], row.source) }
    if let (first, second) = Self.equalPair(sequences.map(\.tokens)) {
      throw row.source.problem(
        "\(row.name(ofAnswer: first)) and \(row.name(ofAnswer: second)) are the same tokens once they are cut to "
          + "the context of \(context)", .sameAnswers)
    }
    return PreferenceExample(
      sequences: sequences.map(\.tokens), margin: Float(row.margin ?? 0),
      cutTokens: sequences.reduce(0) { $0 + $1.cutTokens }, trueRewards: row.trueRewards)
  }

  /// The tokens of a prompt and what follows it, or of a whole text or conversation.
  ///
  /// - Parameters:
  ///   - prompt: what is given; nil when the answer is a whole.
  ///   - variables: what the chat template sees besides the messages.
  ///   - source: the row, for problems.
  /// - Throws: as ``encode(_:learning:)``.
  package func encode(
    prompt: RowContent?, answer: RowContent, variables: JSONObject, source: DataRow,
    learning part: LearnedPart
  ) throws(RowProblem) -> EncodedSequence {
    let whole = try uncut(
      prompt: prompt, answer: answer, variables: variables, source: source, learning: part)
    if whole.learnedTokens == 0 {
      throw source.problem("there is nothing to learn: none of its tokens is of the answer", .nothingToLearn)
    }
    let sequence = try fitted(whole, source)
    if sequence.learnedTokens == 0 {
      throw source.problem(
        "there is nothing left to learn: the \(context) tokens of the context end before the answer begins",
        .nothingToLearn)
    }
    return sequence
  }

  /// The tokens of a preference row with one of its answers, of any length.
  func uncut(_ row: PreferenceRow, _ answer: RowContent) throws(RowProblem) -> EncodedSequence {
    // Rewards are of whole sequences: only where an answer begins would ask for more of the template.
    let whole: (RowContent?, RowContent) =
      switch (row.prompt, answer) {
      case (.messages(let prompt), .messages(let messages)): (nil, .messages(prompt + messages))
      default: (row.prompt, answer)
      }
    return try uncut(
      prompt: whole.0, answer: whole.1, variables: row.variables, source: row.source, learning: .everything)
  }

  /// The tokens of a row, of any length, with nothing in it to learn perhaps.
  func uncut(
    prompt: RowContent?, answer: RowContent, variables: JSONObject, source: DataRow,
    learning part: LearnedPart
  ) throws(RowProblem) -> EncodedSequence {
    let sequence: EncodedSequence
    switch (prompt, answer) {
    case (nil, .text(let text)): sequence = encode("", text, learning: .everything)
    case (.text(let prompt), .text(let text)): sequence = encode(prompt, text, learning: part)
    case (nil, .messages(let messages)):
      sequence = try conversation(messages, variables, source).encoded(promptCount: nil, learning: part)
    case (.messages(let prompt), .messages(let messages)):
      sequence = try conversation(prompt + messages, variables, source)
        .encoded(promptCount: prompt.count, learning: part)
    case (.text, .messages), (.messages, .text):
      throw source.problem("one of prompt and answer is a text, the other a list of messages")
    }
    if sequence.tokens.isEmpty { throw source.problem("there is not one token in it") }
    return sequence
  }

  /// A sequence that fits the context.
  func fitted(_ sequence: EncodedSequence, _ source: DataRow) throws(RowProblem) -> EncodedSequence {
    let (count, excess) = (sequence.tokens.count, sequence.tokens.count - context)
    guard excess <= 0 || truncates else {
      throw source.problem(
        "\(count) tokens, \(excess) more than the context of \(context); shorten it, or cut long rows at their "
          + "end with --truncate", .length)
    }
    return sequence.cut(to: context)
  }

  /// Two places that hold the same.
  static func equalPair(_ sequences: [[Int32]]) -> (Int, Int)? {
    for (place, sequence) in sequences.enumerated() {
      if let other = sequences[..<place].firstIndex(of: sequence) { return (other, place) }
    }
    return nil
  }
}

// MARK: Texts

extension RowEncoder {
  /// The tokens of a prompt and an answer joined as they are.
  private func encode(_ prompt: String, _ answer: String, learning part: LearnedPart) -> EncodedSequence {
    var text = prompt + answer
    let isEnded = endText.map { answer.utf8.reversed().starts(with: $0.utf8.reversed()) } ?? true
    if !isEnded, endTextIsToken { text += endText! }
    var tokens = self.tokens(ofText: text)
    if !isEnded, !endTextIsToken, tokens.last != endOfText { tokens.append(endOfText!) }
    let start =
      part == .everything ? 0 : CommonPrefix.count(tokens, self.tokens(ofText: prompt))
    return EncodedSequence(tokens: tokens, isLearned: tokens.indices.map { $0 >= start })
  }

  /// The tokens of a plain text, marks in it included.
  func tokens(ofText text: String) -> [Int32] { tokenizer.encode(text, parsingSpecialTokens: true) }
}

// MARK: Conversations

extension RowEncoder {
  func conversation(
    _ messages: [JSON], _ variables: JSONObject, _ source: DataRow
  ) throws(RowProblem) -> EncodedConversation {
    guard let templates else {
      throw source.problem(
        "it is a conversation, and the model has no chat template; give one with --template FILE",
        .template)
    }
    return EncodedConversation(
      messages, variables: variables, source: source, templates: templates, tokens: templateTokens,
      tokenizer: tokenizer)
  }
}
