import MartletText

extension RowEncoder {
  /// The tokens of an answer in steps; those that end a step are the learned ones.
  ///
  /// The prompt, each step and the separator after each are made tokens one by one, so that a step always ends in the
  /// separator's own last token, whatever follows it. A prompt that is a text starts with the tokenizer's begin-of-text
  /// token, where it has one; one of messages is written by the chat template, which asks for the answer. Marks written
  /// out in texts are tokens, as in ``RowEncoder``.
  ///
  /// - Parameter separator: what follows each step, the last one too.
  /// - Throws: why there are none: the template is missing or fails, a step has no tokens, the row is longer than the
  ///   context, or no step ends within it.
  /// - Source: `PRMTrainer.tokenize_row` of TRL 0.29.
  func encode(_ row: ProcessRow, separator: String) throws(RowProblem) -> EncodedSequence {
    var tokens = try promptTokens(of: row)
    let separator = self.tokens(ofPart: separator)
    var ends: [Int] = []
    for (place, step) in row.steps.enumerated() {
      let step = self.tokens(ofPart: step) + separator
      if step.isEmpty { throw row.source.problem("step \(place + 1) of \"completions\" has not one token") }
      tokens += step
      ends.append(tokens.count - 1)
    }
    let isEnd = Set(ends)
    let whole = EncodedSequence(tokens: tokens, isLearned: tokens.indices.map(isEnd.contains))
    let sequence = try fitted(whole, row.source)
    guard sequence.isLearned.contains(true) else {
      throw row.source.problem(
        "there is nothing left to learn: the \(context) tokens of the context end before the first step does",
        .nothingToLearn)
    }
    return sequence
  }

  private func promptTokens(of row: ProcessRow) throws(RowProblem) -> [Int32] {
    switch row.prompt {
    case .messages(let messages):
      return try conversation(messages, row.variables, row.source).promptTokens()
    case .text(let text):
      let tokens = tokens(ofPart: text)
      guard let start = tokenizer.beginOfText else { return tokens }
      return [start] + tokens
    }
  }

  /// The tokens of a text that stands between others.
  private func tokens(ofPart text: String) -> [Int32] {
    tokenizer.encode(text, addingSpecialTokens: false, parsingSpecialTokens: true)
  }
}

extension EncodedConversation {
  /// The tokens of the whole conversation, and of what asks the assistant to speak.
  func promptTokens() throws(RowProblem) -> [Int32] {
    encoding(of: try render(messages.count, addsGenerationPrompt: true)).ids
  }
}
