import ArgumentParser
import MartletModel

/// `martlet merge`: an adapted model as one without adapters.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Write an adapted model as one whose weights hold the changes.",
    discussion: """
      The adapter is a directory with adapter_config.json and adapter_model.safetensors, as peft and martlet write it. \
      The directory that is written loads in transformers; tokenizer, chat templates and generation settings come \
      along, the adapter's own before the base's. It gives the results of the adapted model but for rounding.

      EXAMPLES:
        martlet merge runs/sft-1 --output models/assistant
        martlet merge downloads/adapter --output merged --base models/llama --precision bfloat16
      """)

  @Argument(help: ArgumentHelp("The adapter's directory.", valueName: "adapter")) var adapter: String
  @Option(
    help: ArgumentHelp("The directory to write, in which nothing may be yet.", valueName: "directory"))
  var output: String
  @Option(
    help: ArgumentHelp(
      "The directory of the model that is adapted. (default: what the adapter names)", valueName: "directory")
  )
  var base: String?
  @OptionGroup var storage: StorageOptions
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    var merge = AdapterMerge()
    merge.base = base
    merge.precision = storage.precision ?? .float32
    merge.maximumShardSize = storage.maximumShardSize
    let model = try merge.merge(adapter, to: output)
    try WrittenModel(directory: output, model).show(asJSON: json)
  }
}
