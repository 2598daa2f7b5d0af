import ArgumentParser
import MartletInference
import MartletModel
import MartletText

/// `martlet template`: what a model sees of a conversation.
struct TemplateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template",
    abstract: "Show what a model sees of a conversation, token by token.",
    discussion: """
      Renders a chat template: that of a model's or a tokenizer's directory, or of a file. The context is what the \
      template sees, such as {"messages": [{"role": "user", "content": "Hi"}], "add_generation_prompt": true}. The \
      tokens inside the template's {% generation %} blocks are the assistant's: green on a terminal, marked with * \
      elsewhere, and 1 in the assistant_mask. Without a tokenizer the text alone is shown.

      Marks such as <|im_end|> are tokens where the template writes them and text where a message does, so that no \
      message can end its turn; --parse-special makes them tokens everywhere, as transformers does.

      EXAMPLES:
        martlet template runs/chat --context conversation.json
        martlet template runs/chat --context conversation.json --json
        martlet template --template chat_template.jinja --context conversation.json
        martlet template runs/chat --jsonl conversations.jsonl > rendered.jsonl
      """)

  @Argument(help: ArgumentHelp("A model's or a tokenizer's directory.", valueName: "dir")) var directory:
    String?
  @OptionGroup var source: TemplateOptions
  @Option(
    help: ArgumentHelp(
      "A file with one JSON object, the template's variables; - for standard input.", valueName: "path"))
  var context: String?
  @Option(
    help: ArgumentHelp(
      "A file with one such object a line, which may bring its own \"template\"; - for standard input. Prints one "
        + "JSON object a line, in the same order.", valueName: "path"))
  var jsonl: String?
  @Flag(help: "Take special tokens written out in the messages as tokens.") var parseSpecial = false
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    if context != nil, jsonl != nil {
      throw MartletError("--context and --jsonl contradict each other; leave one out")
    }
    if let directory, !FileSystem.isDirectory(directory) {
      throw MartletError("\(directory) is not a directory; name a model's or a tokenizer's")
    }
    let tokenizer = try directory.flatMap { directory throws(MartletError) in
      try Self.tokenizer(ofDirectory: directory)
    }
    var renderer = ConversationRenderer(
      source, directory: directory, tokenizer: tokenizer, parsesSpecialTokens: parseSpecial)
    if let jsonl {
      return try JSONLines.process(JSONLines.read(jsonl), groupSize: 1) { rows in
        try rows.map { try renderer.render($0).json }
      }
    }
    guard let context else {
      throw MartletError("there is no conversation; give --context FILE or --jsonl FILE")
    }
    let name = context == "-" ? "standard input" : context
    let bytes = context == "-" ? try FileSystem.readStandardInput() : try FileSystem.read(context)
    let conversation = try renderer.render(JSONReader(JSON(parsing: bytes, file: name), file: name))
    if json { return try Terminal.printResult(conversation.json.compact + "\n") }
    try Terminal.printResult(ConversationText.make(conversation, tokenizer))
  }

  /// The tokenizer of a directory that has one.
  private static func tokenizer(ofDirectory directory: String) throws(MartletError) -> Tokenizer? {
    for place in try AdapterFile.places(ofDirectory: directory) {
      if try CompanionFiles.holdTokenizer(inDirectory: place) { return try Tokenizer(contentsOf: place) }
    }
    return nil
  }
}
