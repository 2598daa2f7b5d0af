import MartletText

/// A conversation as the model sees it.
struct RenderedConversation {
  let text: String
  /// Its tokens, and which are the assistant's; nil without a tokenizer.
  let tokens: (encoding: Encoding, assistantMask: [Bool])?

  var json: JSON {
    guard let tokens else { return ["text": .string(text)] }
    return [
      "text": .string(text), "ids": .ids(tokens.encoding.ids),
      "assistant_mask": .array(tokens.assistantMask.map { .integer($0 ? 1 : 0) }),
    ]
  }
}

/// Renders one conversation after another; reads each template once.
struct ConversationRenderer {
  private let source: TemplateOptions
  private let directory: String?
  private let tokenizer: Tokenizer?
  private let parsesSpecialTokens: Bool
  private let tokens: JSONObject
  /// The template for conversations without tools, and with them.
  private var templates: [Bool: ChatTemplate] = [:]
  private var hasWarned = false

  init(
    _ source: TemplateOptions, directory: String?, tokenizer: Tokenizer?, parsesSpecialTokens: Bool
  ) {
    (self.source, self.directory, self.tokenizer) = (source, directory, tokenizer)
    self.parsesSpecialTokens = parsesSpecialTokens
    tokens = tokenizer?.templateTokens ?? JSONObject()
  }

  /// - Parameter row: the template's variables, and perhaps a "template" of its own.
  /// - Throws: what is wrong with the template or the conversation, naming the row.
  mutating func render(_ row: JSONReader) throws(MartletError) -> RenderedConversation {
    let own = try row.optional("template", as: String.self)
    var (variables, tokens) = (row.members, tokens)
    variables["template"] = nil
    // Special tokens that the row names are the template's own text too, as those of the tokenizer.
    for kind in ["bos", "eos", "unk", "sep", "pad", "cls", "mask"] {
      let key = kind + "_token"
      guard let token = variables[key], token.string != nil else { continue }
      tokens[key] = token
      variables[key] = nil
    }
    let rendered: RenderedTemplate
    if let own {
      rendered = try ChatTemplate(own, name: "\(row.file): the template").render(variables, tokens: tokens)
    } else {
      let template = try template(hasTools: variables["tools"]?.array?.isEmpty == false, row)
      do {
        rendered = try template.render(variables, tokens: tokens)
      } catch {
        throw MartletError("\(row.file): \(error.message)")
      }
    }
    guard let tokenizer else { return RenderedConversation(text: rendered.text, tokens: nil) }
    if !rendered.hasGenerationBlocks { warn() }
    return RenderedConversation(
      text: rendered.text,
      tokens: rendered.encoded(by: tokenizer, parsingSpecialTokens: parsesSpecialTokens))
  }

  private mutating func template(hasTools: Bool, _ row: JSONReader) throws(MartletError) -> ChatTemplate {
    if let known = templates[hasTools] { return known }
    guard let template = try source.read(directory: directory, hasTools: hasTools) else {
      let place = directory.map { "\($0) has no chat template" } ?? "there is no chat template"
      throw MartletError("\(row.file): \(place); give one with --template FILE")
    }
    templates[hasTools] = template
    return template
  }

  private mutating func warn() {
    if hasWarned { return }
    hasWarned = true
    Terminal.write(
      "warning: the template has no {% generation %} blocks, so no token counts as the assistant's\n",
      to: .error)
  }
}
