/// How a model's conversations are written as one text: a template in the part of Jinja that chat templates use.
///
/// Templates come from strangers, so they run in an interpreter that reaches nothing but their variables, and does no more
/// than ``TemplateLimits`` allow. Texts are those that `transformers` renders.
///
/// Source: Jinja2 3.1 as `transformers` 5 sets it up (chat_template_utils.py): blocks and the space before them are
/// trimmed, `break` and `continue`, `generation` blocks, `raise_exception`, `strftime_now`, its own `tojson`.
public struct ChatTemplate: Sendable {
  /// What messages call the template.
  public let name: String
  /// The text of the template.
  public let source: String
  private let statements: [Statement]
  private let hasGenerationBlocks: Bool

  /// Reads a template.
  ///
  /// - Parameter name: what messages call it, such as its file.
  /// - Throws: with the line, what is not the language of templates or is not supported.
  public init(_ source: String, name: String) throws(MartletError) {
    self.name = name
    self.source = source
    statements = try TemplateParser.parse(source, template: name)
    hasGenerationBlocks = statements.contains(where: \.hasGeneration)
  }

  /// Renders the template with variables written as JSON.
  ///
  /// - Parameters:
  ///   - variables: a JSON object, `{"messages": [{"role": "user", "content": "…"}], "add_generation_prompt": true}`.
  ///     As in `transformers`, `tools` and `documents` are none and `add_generation_prompt` is false unless they are
  ///     given.
  ///   - tokenizer: gives the template its special tokens; nil for none.
  /// - Throws: when the text is no JSON object; what went wrong in the template, with the line; or the template's own
  ///   complaint.
  public func render(_ variables: String, for tokenizer: Tokenizer? = nil) throws(MartletError)
    -> RenderedTemplate
  {
    let reader = try JSONReader(
      JSON(parsing: variables, file: "the template's variables"), file: "the template's variables")
    return try render(reader.members, tokens: tokenizer?.templateTokens ?? JSONObject())
  }

  /// Renders the template.
  ///
  /// - Parameters:
  ///   - variables: what the template sees: `messages`, `tools`, `documents`, `add_generation_prompt` and whatever else
  ///     it asks for. As in `transformers`, `tools` and `documents` are none and `add_generation_prompt` is false
  ///     unless they are given, reasoning is found under all of its usual
  ///     names, and with `continue_final_message` the text ends with the last message's.
  ///   - tokens: variables whose text counts as the template's own: the special tokens.
  ///   - time: what `strftime_now` tells.
  /// - Throws: what went wrong, with the line: an operation that a value does not have, a limit, or the template's own
  ///   complaint.
  package func render(
    _ variables: JSONObject, tokens: JSONObject = JSONObject(), time: TemplateTime = .now,
    limits: TemplateLimits = TemplateLimits()
  ) throws(MartletError) -> RenderedTemplate {
    var values: [(name: String, value: TemplateValue)] = []
    let renderer = TemplateRenderer(limits: limits, time: time)
    do throws(MartletError) {
      for (key, token) in tokens where variables[key] == nil {
        values.append((key, try TemplateValue(token, origin: [])))
      }
      let conversation = try ConversationVariables(variables)
      values += try conversation.values()
      let text = try renderer.render(statements, variables: values)
      return RenderedTemplate(
        try conversation.endingWithFinalMessage(text), hasGenerationBlocks: hasGenerationBlocks)
    } catch {
      throw MartletError("\(name), line \(renderer.line): \(error.message)")
    }
  }
}

extension TemplateValue {
  /// A value of JSON, each text of which has an origin.
  init(_ json: JSON, origin: TextOrigin) throws(MartletError) {
    switch json {
    case .null: self = .none
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .unsigned(let value): self = .number(Double(value))
    case .number(let value): self = .number(value)
    case .string(let text): self = .text(TracedText(text, origin: origin))
    case .array(let array):
      var elements: [TemplateValue] = []
      for element in array { elements.append(try TemplateValue(element, origin: origin)) }
      self = .list(try TemplateList(elements))
    case .object(let object):
      var members: [(key: TemplateValue, value: TemplateValue)] = []
      for (key, value) in object {
        members.append((.text(TracedText(key, origin: origin)), try TemplateValue(value, origin: origin)))
      }
      self = .dictionary(try TemplateDictionary(members))
    }
  }
}

extension Statement {
  /// Whether a `generation` block stands in it.
  fileprivate var hasGeneration: Bool {
    func any(_ statements: [Statement]) -> Bool { statements.contains(where: \.hasGeneration) }
    return switch kind {
    case .generation: true
    case .loop(let loop): any(loop.body) || any(loop.otherwise)
    case .condition(let branches, let otherwise): branches.contains { any($0.body) } || any(otherwise)
    case .setBlock(_, _, let body), .filterBlock(_, let body), .with(_, let body): any(body)
    case .macro(let macro), .callBlock(_, let macro): any(macro.body)
    case .text, .output, .set, .breakLoop, .continueLoop: false
    }
  }
}
