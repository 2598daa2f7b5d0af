import ArgumentParser
import MartletText
import MartletTraining

/// `martlet new`: a model that has learned nothing yet.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write the directory of a new model with random weights.",
    discussion: """
      The weights are a function of the sizes and the seed alone, and the directory loads in transformers. \
      martlet train --from DIRECTORY trains it. A tokenizer other than a path is learned from --data.

      EXAMPLES:
        martlet new --architecture llama --layers 6 --heads 6 --width 192 models/small
        martlet new --architecture gpt2 --tokenizer other-model/ --seed 7 --precision bfloat16 models/empty
        martlet new --architecture llama --data book.txt --tokenizer bpe:4096 models/book
      """)

  @Argument(
    help: ArgumentHelp("The directory to write, in which nothing may be yet.", valueName: "directory"))
  var directory: String
  @OptionGroup(title: "Model") var model: ModelShapeOptions
  @Option(
    help: ArgumentHelp(
      "characters, words[:SIZE], bytes, bpe:SIZE, or the path of a tokenizer. (default: bpe:2048)",
      valueName: "kind"))
  var tokenizer: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The text a tokenizer is learned from: files, directories, or - for standard input. (default: the embedded "
        + "text)", valueName: "path"))
  var data: [String] = []
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What random numbers are made from. (default: 1)", valueName: "number"))
  var seed: UInt64?
  @OptionGroup var storage: StorageOptions
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    var recipe = LanguageModelRecipe()
    model.apply(to: &recipe)
    recipe.data = data
    set(&recipe.tokenizer, tokenizer)
    set(&recipe.seed, seed)
    let model = try recipe.writeNewModel(
      to: directory, as: storage.precision ?? .float32, maximumShardSize: storage.maximumShardSize)
    try WrittenModel(directory: directory, model).show(asJSON: json)
  }
}
