import ArgumentParser
import MartletTraining

/// The parts and sizes of a new model.
struct ModelShapeOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The family: gpt2 or llama. (default: gpt2)", valueName: "family"))
  var architecture: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The number of blocks. (default: 4)", valueName: "count"))
  var layers: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The number of query heads. (default: 4)", valueName: "count"))
  var heads: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The number of key and value heads (llama). (default: as many as --heads)", valueName: "count"))
  var keyValueHeads: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The size of a hidden state. (default: 128)", valueName: "size"))
  var width: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The inner size of the feed-forward layer. (default: 4 widths for gpt2, 8/3 for llama)",
      valueName: "size"))
  var feedForward: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most tokens a sequence may have. (default: 128; as many as are read and written in bench infer)",
      valueName: "tokens"))
  var context: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The probability of dropout in training. (default: 0)", valueName: "probability"))
  var dropout: Float?
  @Flag(
    inversion: .prefixedNo, exclusivity: .exclusive,
    help: "Biases in products and layer normalisation. (default: gpt2 yes, llama no)")
  var bias: Bool?
  @Flag(
    name: .long,
    help: ArgumentHelp(
      "The head is the table of embeddings. (default for gpt2 with a vocabulary of more than "
        + "\(Self.smallVocabulary) tokens)"))
  var tied = false
  @Flag(
    name: .long,
    help: ArgumentHelp(
      "The head has a weight of its own. (default for llama, and for a vocabulary of at most "
        + "\(Self.smallVocabulary) tokens, such as characters and bytes)"))
  var untied = false

  private static let smallVocabulary = LanguageModelRecipe.smallVocabulary

  func validate() throws {
    if tied && untied { throw ValidationError("--tied and --untied contradict each other; leave one out") }
  }

  func apply(to recipe: inout LanguageModelRecipe) {
    set(&recipe.architecture, architecture)
    set(&recipe.layers, layers)
    set(&recipe.heads, heads)
    set(&recipe.keyValueHeads, keyValueHeads)
    set(&recipe.width, width)
    set(&recipe.feedForwardWidth, feedForward)
    set(&recipe.context, context)
    set(&recipe.dropout, dropout)
    set(&recipe.hasBias, bias)
    set(&recipe.isTied, tied ? true : untied ? false : nil)
  }

  /// The options that were given, apart from those that any model leaves open.
  var givenSizes: [String] {
    names([
      ("--architecture", architecture != nil), ("--layers", layers != nil), ("--heads", heads != nil),
      ("--key-value-heads", keyValueHeads != nil), ("--width", width != nil),
      ("--feed-forward", feedForward != nil),
      ("--bias", bias == true), ("--no-bias", bias == false), ("--tied", tied), ("--untied", untied),
    ])
  }

  /// The options that were given.
  var given: [String] {
    givenSizes + names([("--context", context != nil), ("--dropout", dropout != nil)])
  }
}
