/// The variables of a conversation, as `transformers` hands them to a template.
struct ConversationVariables {
  /// What the template sees.
  private var variables: JSONObject
  private let continuesFinalMessage: Bool

  /// Stands at the end of a message that is to be continued, and is cut off again with what follows it.
  private static let tag = "CONTINUE_FINAL_MESSAGE_TAG "
  private static let reasoningFields = ["reasoning_content", "thinking", "reasoning"]

  init(_ given: JSONObject) throws(MartletError) {
    var variables = given
    continuesFinalMessage = variables["continue_final_message"]?.bool ?? false
    variables["continue_final_message"] = nil
    let standard: JSONObject = ["tools": nil, "documents": nil, "add_generation_prompt": false]
    for (key, value) in standard { variables.append(key, value) }
    if let messages = variables["messages"]?.array {
      variables["messages"] = .array(messages.map(Self.withReasoning))
    }
    self.variables = variables
    if continuesFinalMessage { try tagFinalMessage() }
  }

  /// A message whose reasoning stands under each name that templates read.
  private static func withReasoning(_ message: JSON) -> JSON {
    guard let members = message.object,
      let reasoning = reasoningFields.lazy.compactMap({ members[$0] }).first(where: { !$0.isNull })
    else { return message }
    var result: JSONObject = ["thinking": reasoning]
    for (key, value) in members { result[key] = value }
    result["reasoning_content"] = reasoning
    return .object(result)
  }

  /// The roles of every chat. Templates make marks of them, `<|user|>`, which are marks for all that the word came with
  /// the data; another word, such as "end", might forge one.
  private static let roles: Set<String> = [
    "system", "developer", "user", "assistant", "tool", "function", "ipython", "documents",
  ]

  /// The variables as values, each text of which has come with the data.
  func values() throws(MartletError) -> [(name: String, value: TemplateValue)] {
    var values: [(name: String, value: TemplateValue)] = []
    for (key, json) in variables {
      guard key == "messages", let messages = json.array else {
        values.append((key, try TemplateValue(json, origin: .data)))
        continue
      }
      var elements: [TemplateValue] = []
      for message in messages { elements.append(try Self.value(message)) }
      values.append((key, .list(try TemplateList(elements))))
    }
    return values
  }

  private static func value(_ message: JSON) throws(MartletError) -> TemplateValue {
    guard let members = message.object else { return try TemplateValue(message, origin: .data) }
    var values: [(key: TemplateValue, value: TemplateValue)] = []
    for (key, value) in members {
      let isRole = key == "role" && roles.contains(value.string ?? "")
      values.append(
        (.text(TracedText(key, origin: .data)), try TemplateValue(value, origin: isRole ? [] : .data)))
    }
    return .dictionary(try TemplateDictionary(values))
  }

  private mutating func tagFinalMessage() throws(MartletError) {
    if variables["add_generation_prompt"]?.bool == true {
      throw MartletError(
        "continue_final_message and add_generation_prompt contradict each other; leave one out")
    }
    guard var messages = variables["messages"]?.array, var last = messages.last?.object else {
      throw MartletError("continue_final_message is set, but there is no message to continue")
    }
    if let text = last["content"]?.string {
      last["content"] = .string(text + Self.tag)
    } else if var blocks = last["content"]?.array,
      let place = blocks.lastIndex(where: { $0["text"]?.string != nil })
    {
      blocks[place]["text"] = .string(blocks[place]["text"]!.string! + Self.tag)
      last["content"] = .array(blocks)
    } else {
      throw MartletError("continue_final_message is set, but the last message has no text to continue")
    }
    messages[messages.count - 1] = .object(last)
    variables["messages"] = .array(messages)
  }

  /// A rendered conversation, which ends with its last message where that is to be continued.
  ///
  /// - Throws: when the template does not show the message.
  func endingWithFinalMessage(_ text: TracedText) throws(MartletError) -> TracedText {
    if !continuesFinalMessage { return text }
    let tag = Array(Self.tag.utf8)
    guard let place = TextSearch.last(Array(tag.dropLast()), in: text.bytes, from: 0, to: text.count) else {
      throw MartletError(
        "continue_final_message is set, but the template leaves out the end of the final message")
    }
    let whole = text[0..<place]
    // A template that trims the message has taken the space after the tag, and that before it must go too.
    return text.bytes[place...].starts(with: tag) ? whole : whole.stripped(nil, start: false)
  }
}
