import ArgumentParser
import MartletInference
import MartletModel
import MartletText

/// `martlet inspect`: what a model is made of.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a model, or a file of weights, is made of.",
    discussion: """
      Of a model's directory its configuration, parameters, weights, memory and tokenizer; for a run, its recipe and \
      last figures too. Of an adapter's directory its base, rank, modules and parameters. Of a .safetensors file, or \
      an index of several, every tensor.

      EXAMPLES:
        martlet inspect runs/gpt2-1
        martlet inspect runs/gpt2-1 --json
        martlet inspect models/big/model-00001-of-00004.safetensors
        martlet inspect models/big/model.safetensors.index.json
      """)

  @Argument(
    help: ArgumentHelp(
      "A model's directory, a .safetensors file, or a .safetensors.index.json file.", valueName: "path"))
  var path: String
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    if !FileSystem.isDirectory(path), let checkpoint = try weights() {
      let listing = TensorListing(checkpoint)
      return try Terminal.printResult(json ? listing.json.compact + "\n" : listing.text)
    }
    if AdapterFile.isAdapter(path) {
      let inspection = try AdapterInspection(directory: path)
      return try Terminal.printResult(json ? inspection.json.compact + "\n" : inspection.text)
    }
    let inspection = try Inspection(directory: path)
    try Terminal.printResult(json ? inspection.json.compact + "\n" : inspection.text)
  }

  /// The tensors of a file of weights; nil when the path has another ending.
  private func weights() throws(MartletError) -> Checkpoint? {
    if path.hasSuffix(".safetensors") { return try Checkpoint(file: path) }
    if path.hasSuffix(".safetensors.index.json") { return try Checkpoint(index: path) }
    return nil
  }
}
