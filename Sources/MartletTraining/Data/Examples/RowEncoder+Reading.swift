import MartletText

extension RowEncoder {
  /// The tokens of a row of which something is read, rather than predicted: a single token is enough.
  ///
  /// - Parameter part: which tokens are marked; at least one is left after cutting.
  /// - Throws: as ``encode(_:learning:)``.
  func read(_ row: InstructionRow, marking part: LearnedPart) throws(RowProblem) -> EncodedSequence {
    let (prompt, answer): (RowContent?, RowContent) =
      switch row.form {
      case .completion(let prompt, let completion): (prompt, completion)
      case .conversation(let messages): (nil, .messages(messages))
      case .text(let text): (nil, .text(text))
      }
    let whole = try uncut(
      prompt: prompt, answer: answer, variables: row.variables, source: row.source, learning: part)
    guard whole.isLearned.contains(true) else {
      throw row.source.problem("none of its tokens is of the answer")
    }
    let sequence = try fitted(whole, row.source)
    guard sequence.isLearned.contains(true) else {
      throw row.source.problem("the \(context) tokens of the context end before the answer begins")
    }
    return sequence
  }

  /// The tokens of a prompt and its answer, which is marked; of a conversation the last turn.
  func encode(_ row: OutcomeRow) throws(RowProblem) -> EncodedSequence {
    try read(row.instruction, marking: row.instruction.answerPart)
  }

  /// The tokens of a text or conversation, as `transformers` reads them: texts end in no end-of-text token that the
  /// tokenizer does not add itself.
  func encode(_ row: ClassRow) throws(RowProblem) -> EncodedSequence {
    try withoutEndOfText.read(row.instruction, marking: .everything)
  }

  /// The same encoder, which adds no end-of-text token to texts.
  var withoutEndOfText: RowEncoder {
    RowEncoder(
      tokenizer: tokenizer, templates: templates, endOfText: nil, context: context, truncates: truncates)
  }
}

extension InstructionRow {
  /// The part that answers: the completion, or the last turn of a conversation; all of what has no answer.
  var answerPart: LearnedPart {
    switch form {
    case .completion: .completion
    case .conversation(let messages):
      messages.contains { $0["role"]?.string == "assistant" } ? .lastTurn : .everything
    case .text: .everything
    }
  }
}
