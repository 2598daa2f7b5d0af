import MartletText

/// A conversation under its template: its tokens, and which bytes and tokens each turn of the assistant takes.
struct EncodedConversation {
  let messages: [JSON]
  private let variables: JSONObject
  private let source: DataRow
  private let templates: ConversationTemplates
  private let tokens: JSONObject
  private let tokenizer: Tokenizer

  /// - Parameter tokens: the special tokens as the template sees them.
  init(
    _ messages: [JSON], variables: JSONObject, source: DataRow, templates: ConversationTemplates,
    tokens: JSONObject, tokenizer: Tokenizer
  ) {
    // As `apply_chat_template` does: templates handle a key that is missing better than one that is null.
    self.messages = messages.map { message in
      guard let members = message.object, members.values.contains(where: \.isNull) else { return message }
      return .object(JSONObject(members.filter { !$0.value.isNull }.map { ($0.key, $0.value) }))
    }
    (self.variables, self.source, self.templates) = (variables, source, templates)
    (self.tokens, self.tokenizer) = (tokens, tokenizer)
  }

  /// How many messages there are.
  var messageCount: Int { messages.count }

  /// Who speaks.
  func role(of place: Int) -> String? { messages[place]["role"]?.string }

  /// The whole conversation's tokens.
  ///
  /// - Parameters:
  ///   - promptCount: how many of the first messages are given; nil when nothing is but what other turns say.
  /// - Throws: when the template fails, or does not tell what is learned.
  func encoded(promptCount: Int?, learning part: LearnedPart) throws(RowProblem) -> EncodedSequence {
    let whole = try render(messages.count)
    let encoding = encoding(of: whole)
    let isLearned: [Bool]
    switch (part, promptCount) {
    case (.everything, _): isLearned = encoding.ids.map { _ in true }
    case (.completion, let count?):
      isLearned = try completion(after: count, of: whole, encoding)
    case (.completion, nil), (.assistant, nil):
      isLearned = try assistantTurns(of: whole, encoding, from: 0)
    case (.assistant, let count?):
      let turns = try assistantTurns(of: whole, encoding, from: count)
      let completion = try completion(after: count, of: whole, encoding)
      isLearned = zip(turns, completion).map { $0 && $1 }
    case (.lastTurn, let count):
      isLearned = try lastTurn(of: whole, encoding, from: count ?? 0)
    }
    return EncodedSequence(tokens: encoding.ids, isLearned: isLearned)
  }

  /// The first messages as the template writes them, and perhaps what asks the assistant to speak.
  func render(_ count: Int, addsGenerationPrompt: Bool = false) throws(RowProblem) -> RenderedTemplate {
    do throws(MartletError) {
      return try templates.render(
        messages[..<count], variables: variables, tokens: tokens, addsGenerationPrompt: addsGenerationPrompt)
    } catch {
      throw source.problem("the chat template fails: \(error.message)", .template)
    }
  }

  func encoding(of rendered: RenderedTemplate) -> Encoding { rendered.encoded(by: tokenizer).encoding }

  /// Whether there are tools for the template to write.
  var hasTools: Bool { variables["tools"]?.array?.isEmpty == false }

  /// Whether the conversation looks the same without its tools.
  ///
  /// - Throws: when the template fails.
  func ignoresTools() throws(RowProblem) -> Bool {
    var others = variables
    others["tools"] = nil
    let without = EncodedConversation(
      messages, variables: others, source: source, templates: templates.withToolsAlone, tokens: tokens,
      tokenizer: tokenizer)
    guard hasTools else { return false }
    return try render(messages.count).text == without.render(messages.count).text
  }

  // MARK: Parts

  /// The tokens from where they part from the prompt's, as TRL has it.
  private func completion(
    after count: Int, of whole: RenderedTemplate, _ encoding: Encoding
  ) throws(RowProblem) -> [Bool] {
    let start = try answerStart(after: count, in: whole)
    guard let prompt = start.prompt else { return encoding.mask(of: [start.byte..<whole.text.utf8.count]) }
    let first = CommonPrefix.count(encoding.ids, self.encoding(of: prompt).ids)
    return encoding.ids.indices.map { $0 >= first }
  }

  private func assistantTurns(
    of whole: RenderedTemplate, _ encoding: Encoding, from first: Int
  ) throws(RowProblem) -> [Bool] {
    if whole.hasGenerationBlocks { return encoding.mask(of: whole.generated) }
    var spans: [Range<Int>] = []
    for place in try assistantPlaces(from: first) { spans.append(try span(of: place, in: whole, encoding)) }
    return encoding.mask(of: spans)
  }

  private func lastTurn(
    of whole: RenderedTemplate, _ encoding: Encoding, from first: Int
  ) throws(RowProblem) -> [Bool] {
    let last = try assistantPlaces(from: first).last!
    if !whole.hasGenerationBlocks { return encoding.mask(of: [try span(of: last, in: whole, encoding)]) }
    // A block may begin before what the generation prompt writes.
    let before = last == 0 ? 0 : try render(last).text.utf8.count
    let start = try min(before, answerStart(after: last, in: whole).byte)
    let end = try turnEnd(of: last, in: whole, encoding)
    let ranges = whole.generated.map { $0.clamped(to: start..<max(start, end)) }
    return encoding.mask(of: ranges.filter { !$0.isEmpty })
  }

  private func assistantPlaces(from first: Int) throws(RowProblem) -> [Int] {
    let places = messages.indices.filter { $0 >= first && messages[$0]["role"]?.string == "assistant" }
    if places.isEmpty {
      throw source.problem(
        "no message of the answer is of the role \"assistant\": there is nothing to learn",
        .nothingToLearn)
    }
    return places
  }

  // MARK: Bytes of turns

  private func span(
    of place: Int, in whole: RenderedTemplate, _ encoding: Encoding
  ) throws(RowProblem) -> Range<Int> {
    let start = try answerStart(after: place, in: whole).byte
    return start..<max(start, try turnEnd(of: place, in: whole, encoding))
  }

  /// Where a turn ends: where the text of the messages up to it does.
  ///
  /// Should the template end a conversation with more than the turn (some write one end of text after all turns), it is
  /// after the last token that the two share.
  private func turnEnd(
    of place: Int, in whole: RenderedTemplate, _ encoding: Encoding
  ) throws(RowProblem) -> Int {
    if place == messages.count - 1 { return whole.text.utf8.count }
    let upTo = try render(place + 1)
    let shared = try sharedBytes(whole, upTo)
    if shared == upTo.text.utf8.count { return shared }
    let tokens = CommonPrefix.count(encoding.ids, self.encoding(of: upTo).ids)
    return encoding.offsets[..<tokens].last { !$0.isEmpty }?.upperBound ?? 0
  }

  /// Where the answer to the first messages begins, and what asked for it.
  ///
  /// It is after the text that asks for the answer. Should the answer begin otherwise than that text ends (some templates
  /// ask with an empty thought, which a whole conversation leaves out), it begins where the two part.
  private func answerStart(
    after count: Int, in whole: RenderedTemplate
  ) throws(RowProblem) -> (byte: Int, prompt: RenderedTemplate?) {
    if count == 0 { return try firstTurnStart(in: whole) }
    let asked = try render(count, addsGenerationPrompt: true)
    return (try sharedBytes(whole, asked), asked)
  }

  /// How many bytes a conversation shares with what the template writes of its beginning.
  ///
  /// - Throws: when something of the messages is not among them.
  private func sharedBytes(
    _ whole: RenderedTemplate, _ beginning: RenderedTemplate
  ) throws(RowProblem) -> Int {
    let shared = CommonPrefix.count(whole.text.utf8, beginning.text.utf8)
    guard shared >= beginning.dataEnd else {
      throw source.problem(
        "the chat template writes messages otherwise when others follow them, so that which tokens are the "
          + "answer's can't be told; give a template with {% generation %} blocks with --template FILE, or learn "
          + "everything with --learn everything", .turns)
    }
    return shared
  }

  /// As ``answerStart(after:in:)``, before which there is no message: templates may not be able to write none.
  private func firstTurnStart(
    in whole: RenderedTemplate
  ) throws(RowProblem) -> (byte: Int, prompt: RenderedTemplate?) {
    do throws(RowProblem) {
      let asked = try render(0, addsGenerationPrompt: true)
      if !asked.text.isEmpty, whole.text.utf8.starts(with: asked.text.utf8) {
        return (asked.text.utf8.count, asked)
      }
    } catch {}
    // The first letter that came with the data.
    return (whole.trusted.first.map { $0.lowerBound == 0 ? $0.upperBound : 0 } ?? 0, nil)
  }
}

extension RenderedTemplate {
  /// The end of the last byte that came with the data.
  var dataEnd: Int {
    guard let last = trusted.last, last.upperBound == text.utf8.count else { return text.utf8.count }
    return last.lowerBound
  }
}
