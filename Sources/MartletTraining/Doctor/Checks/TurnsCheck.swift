import MartletText

/// Whether the chat template is a prefix of itself as turns are added: what the model is asked with must be how the
/// whole goes on, and earlier messages must not be written otherwise once others follow.
enum TurnsCheck: DoctorCheck {
  static let name = "turns"

  /// So many conversations are looked at: each is written once for each of its turns.
  static let mostConversations = 1000

  static func examine(_ data: ExaminedData) -> Finding? {
    let untold = data.problems.all.filter { $0.cause == .turns }
    if !untold.isEmpty {
      return finding(
        .bad,
        "the template writes messages otherwise once others follow them in \(data.share(untold.places)), so that which "
          + "tokens are the answer's can't be told: give one with {% generation %} blocks, or learn everything",
        rows: untold.places)
    }
    let rows = data.rows.filter { !$0.conversations.isEmpty }
    if rows.isEmpty { return nil }
    var (rewritten, asked, unasked): ([Finding.Place], [Finding.Place], [Finding.Place]) = ([], [], [])
    for row in rows.prefix(mostConversations) {
      if (try? row.conversations[0].asksForAnswers()) == false {
        unasked.append(Finding.Place(file: row.source.file, line: row.source.line, detail: ""))
      }
      guard let flaw = try? row.conversations[0].flaw() else { continue }
      let place = Finding.Place(file: row.source.file, line: row.source.line, detail: flaw.detail)
      if flaw.isOfMessages { rewritten.append(place) } else { asked.append(place) }
    }
    let seen = rows.count > mostConversations ? " of the first \(mostConversations) conversations" : ""
    if !rewritten.isEmpty {
      return finding(
        .warning,
        "the template writes messages otherwise once others follow them in \(rewritten.count)\(seen) rows: what is "
          + "learned of a turn is not what the model sees of it later", rows: rewritten)
    }
    if !asked.isEmpty {
      return finding(
        .warning,
        "in \(asked.count)\(seen) rows answers begin otherwise than the template asks for them, and so will when the "
          + "model is used", rows: asked)
    }
    if !unasked.isEmpty {
      return finding(
        .warning,
        "the template writes nothing to ask for an answer (add_generation_prompt) in \(unasked.count)\(seen) rows: the "
          + "model must write the head of its turn itself, which is learned only where it counts as the answer's",
        rows: unasked)
    }
    return finding(
      .ok,
      "the template is a prefix of itself as turns are added\(seen.isEmpty ? "" : " (\(seen.dropFirst(4)))")")
  }
}

extension EncodedConversation {
  /// Where a template that is no prefix of itself departs from it.
  struct Flaw {
    /// Whether something of the messages is written otherwise, not only what asks for an answer.
    let isOfMessages: Bool
    /// Which message, and how.
    let detail: String
  }

  /// Whether the template writes something to ask for the first answer; nil where there is none to ask for.
  ///
  /// - Throws: when the template fails.
  func asksForAnswers() throws(RowProblem) -> Bool? {
    guard let first = (1..<max(1, messageCount)).first(where: { role(of: $0) == "assistant" }) else {
      return nil
    }
    return try render(first, addsGenerationPrompt: true).text != render(first).text
  }

  /// The first flaw; nil where each beginning of the conversation is a prefix of the whole.
  ///
  /// - Throws: when the template fails.
  func flaw() throws(RowProblem) -> Flaw? {
    let whole = try render(messageCount)
    for place in 1..<max(1, messageCount) {
      let isAnswer = role(of: place) == "assistant"
      let beginning = try render(place, addsGenerationPrompt: isAnswer)
      let shared = CommonPrefix.count(whole.text.utf8, beginning.text.utf8)
      if shared < beginning.dataEnd {
        return Flaw(isOfMessages: true, detail: "before message \(place + 1)")
      }
      if isAnswer, shared < beginning.text.utf8.count {
        let rest = String(decoding: Array(beginning.text.utf8.dropFirst(beginning.dataEnd)), as: UTF8.self)
        return Flaw(
          isOfMessages: false, detail: "message \(place + 1) is asked for with \(JSON.string(rest).compact)")
      }
    }
    return nil
  }
}
