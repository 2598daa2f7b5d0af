import ArgumentParser
import MartletModel
import MartletText

/// `martlet convert`: writes a model anew.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a model anew: from llama2.c's files, in another precision, in larger or smaller files.",
    discussion: """
      The source is a model's directory, or a checkpoint of llama2.c: its .bin file, or a directory that holds it \
      and its tokenizer. The directory that is written loads in transformers; tokenizer, chat templates and \
      generation settings come along. Without --precision, every tensor keeps the type it has.

      EXAMPLES:
        martlet convert stories15M.bin stories15M --tokenizer tokenizer.bin
        martlet convert models/big models/big-bf16 --precision bfloat16
        martlet convert models/big models/big-parts --max-shard-size 2GB
      """)

  @Argument(help: ArgumentHelp("The model's directory, or a .bin file of llama2.c.", valueName: "source"))
  var source: String
  @Argument(
    help: ArgumentHelp("The directory to write, in which nothing may be yet.", valueName: "directory"))
  var target: String
  @OptionGroup var storage: StorageOptions
  @Option(
    help: ArgumentHelp(
      "The tokenizer of a llama2.c file. (default: the tok*.bin beside it)", valueName: "path"))
  var tokenizer: String?
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    var conversion = ModelConversion()
    conversion.precision = storage.precision
    conversion.maximumShardSize = storage.maximumShardSize
    conversion.tokenizer = tokenizer
    let model = try conversion.convert(source, to: target)
    try WrittenModel(directory: target, model).show(asJSON: json)
  }
}
