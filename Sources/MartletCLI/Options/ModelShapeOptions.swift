import ArgumentParser
import MartletModel
import MartletTraining

/// The parts and sizes of a new model.
struct ModelShapeOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The family: \(Self.families). (default: gpt2)", valueName: "family"))
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
      "The number of key and value heads, where the family can share them. (default: as many as --heads)",
      valueName: "count"))
  var keyValueHeads: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The size of a hidden state. (default: 128)", valueName: "size"))
  var width: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The inner size of the feed-forward layer. (default: 4 widths for plain ones as of gpt2, 8/3 for gated ones)",
      valueName: "size"))
  var feedForward: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The number of experts in a layer (mixtral, qwen3_moe, gpt_oss). (default: 8)", valueName: "count"))
  var experts: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The number of experts that a token goes to. (default: 2)", valueName: "count"))
  var expertsPerToken: Int?
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
    help: "Biases in products and layer normalisation. (default: as the family has them; gpt2 yes, llama no)")
  var bias: Bool?
  @Flag(
    name: .long,
    help: ArgumentHelp(
      "The head is the table of embeddings. (default for a vocabulary of more than \(Self.smallVocabulary) tokens "
        + "where the family has it so, as gpt2)"))
  var tied = false
  @Flag(
    name: .long,
    help: ArgumentHelp(
      "The head has a weight of its own. (default where the family has it so, as llama, and for a vocabulary of at most "
        + "\(Self.smallVocabulary) tokens, such as characters and bytes)"))
  var untied = false

  private static let families = Architectures.all.map { $0.name }.joined(separator: ", ")
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
    set(&recipe.experts, experts)
    set(&recipe.expertsPerToken, expertsPerToken)
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
      ("--feed-forward", feedForward != nil), ("--experts", experts != nil),
      ("--experts-per-token", expertsPerToken != nil),
      ("--bias", bias == true), ("--no-bias", bias == false), ("--tied", tied), ("--untied", untied),
    ])
  }

  /// The options that were given.
  var given: [String] {
    givenSizes + names([("--context", context != nil), ("--dropout", dropout != nil)])
  }
}
