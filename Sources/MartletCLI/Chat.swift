import ArgumentParser
import MartletInference
import MartletText

/// `martlet chat`: a conversation in the terminal.
struct ChatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat",
    abstract: "Talk to a model.",
    discussion: """
      Each line is a message; a \\ at the end of a line goes on in the next. Lines that start with / are commands: \
      /help lists them. Ctrl-C stops an answer, Ctrl-D ends. From a pipe each line is a message too, and standard \
      output has the answers alone.

      The model's chat template writes the conversation. Marks such as <|im_end|> in a message are text. The n-th \
      answer is sample n of the seed, so a conversation can be repeated. What no longer fits the model's context is \
      forgotten, the oldest turns first.

      EXAMPLES:
        martlet chat runs/chat
        martlet chat runs/chat --system "Answer in one sentence." --temperature 0.7 --top-p 0.9
        echo "What is a martlet?" | martlet chat runs/chat --greedy --max-tokens 64
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var weights: WeightOptions
  @OptionGroup var source: TemplateOptions
  @Option(
    parsing: .unconditional, help: ArgumentHelp("How the assistant is to behave.", valueName: "text"))
  var system: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("The most tokens of an answer.", valueName: "count"))
  var maxTokens = 512
  @OptionGroup(title: "Choosing the next token") var sampling: SamplingOptions
  @Option(help: ArgumentHelp("What the random numbers are a function of.", valueName: "number"))
  var seed: UInt64 = 0

  func run() throws {
    if maxTokens < 1 { throw MartletError("--max-tokens must be at least 1, found \(maxTokens)") }
    var options = GenerationOptions()
    options.sampler = try sampling.sampler()
    options.maxTokens = maxTokens
    options.seed = seed
    // First, so that what is no model at all is not said to lack a template.
    let textModel = try model.load(weights: weights.weights)
    guard let template = try source.read(directory: model.model) else {
      throw MartletError(
        "\(model.model) has no chat template, so it is not known how it wants conversations written; give one with "
          + "--template FILE, or let the model go on with a text: martlet generate")
    }
    var conversation = Conversation(ChatSession(textModel, template: template, system: system), options)
    try conversation.run()
  }
}
