import ArgumentParser
import MartletTraining

/// What a run learns from.
struct DataOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Text files, directories of .txt, .md and .jsonl files, or - for standard input. Each file, or line of a "
        + ".jsonl file (its \"text\", or its \"prompt\" and \"completion\"), is a document. (default: the embedded text)",
      valueName: "path"))
  var data: [String] = []
  @Option(
    help: ArgumentHelp(
      "characters, words[:SIZE], bytes, bpe:SIZE, or the path of a tokenizer.json. (default: bpe:2048)",
      valueName: "kind"))
  var tokenizer: String?
  @Option(
    help: ArgumentHelp("The last part of the text, which is held out. (default: 0.1)", valueName: "fraction"))
  var validationFraction: Double?
  @Option(
    help: ArgumentHelp(
      "windows (of the context, in a random order) or documents (whole, in a random order). (default: windows)",
      valueName: "way"))
  var packing: Packing?

  func apply(to recipe: inout LanguageModelRecipe) {
    recipe.data = data
    set(&recipe.tokenizer, tokenizer)
    set(&recipe.validationFraction, validationFraction)
    set(&recipe.packing, packing)
  }

  /// The option that a model which is gone on with decides, if it was given.
  var givenTokenizer: [String] { names([("--tokenizer", tokenizer != nil)]) }

  /// The options that were given.
  var given: [String] {
    givenTokenizer
      + names([
        ("--data", !data.isEmpty),
        ("--validation-fraction", validationFraction != nil), ("--packing", packing != nil),
      ])
  }
}

extension Packing: ExpressibleByArgument {}

/// Replaces a value by the one that was given, if one was.
func set<Value>(_ value: inout Value, _ given: Value?) {
  if let given { value = given }
}

/// Replaces what may be left open by what was given, if it was.
func set<Value>(_ value: inout Value?, _ given: Value?) {
  if let given { value = given }
}

/// The names whose condition holds.
func names(_ options: [(name: String, isGiven: Bool)]) -> [String] {
  options.filter(\.isGiven).map(\.name)
}
