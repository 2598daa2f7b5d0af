import MartletText

/// The chat template of a directory or a file, for rows with and without tools; read once.
public struct ConversationTemplates: Sendable {
  private let plain: ChatTemplate
  private let withTools: ChatTemplate
  /// What `strftime_now` tells every row, so that no row changes while others are read.
  public var time: TemplateTime

  /// Templates at hand.
  ///
  /// - Parameter withTools: for rows with tools, where that is another one.
  public init(_ plain: ChatTemplate, withTools: ChatTemplate? = nil, time: TemplateTime = .now) {
    (self.plain, self.withTools, self.time) = (plain, withTools ?? plain, time)
  }

  /// The templates of a model's directory; nil when it has none.
  ///
  /// - Throws: when a file is damaged, or there are templates but none for all conversations.
  public init?(directory: String) throws(MartletError) {
    guard let plain = try ChatTemplate.read(directory: directory) else { return nil }
    self.init(plain, withTools: try ChatTemplate.read(directory: directory, hasTools: true))
  }

  /// The template of a file.
  ///
  /// - Throws: when the file can't be read or is no template.
  public init(file: String) throws(MartletError) {
    self.init(try ChatTemplate(FileSystem.readText(file), name: file))
  }

  /// The template for rows with tools, for all rows.
  var withToolsAlone: ConversationTemplates {
    ConversationTemplates(withTools, time: time)
  }

  /// What a conversation looks like.
  ///
  /// - Parameters:
  ///   - messages: objects with `role` and `content`.
  ///   - variables: what else the template sees, such as `tools`.
  ///   - tokens: the special tokens.
  ///   - addsGenerationPrompt: whether the text ends with what asks the assistant to speak.
  /// - Throws: what went wrong in the template, or its own complaint.
  func render(
    _ messages: ArraySlice<JSON>, variables: JSONObject, tokens: JSONObject, addsGenerationPrompt: Bool
  ) throws(MartletError) -> RenderedTemplate {
    var all = variables
    all["messages"] = .array(Array(messages))
    all["add_generation_prompt"] = .bool(addsGenerationPrompt)
    let hasTools = variables["tools"]?.array.map { !$0.isEmpty } ?? false
    return try (hasTools ? withTools : plain).render(all, tokens: tokens, time: time)
  }
}
