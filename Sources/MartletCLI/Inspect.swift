import ArgumentParser
import MartletText

/// `martlet inspect`: what a model is made of.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show a model's configuration, parameters, memory and tokenizer.",
    discussion: """
      For a run, its recipe and last figures too.

      EXAMPLES:
        martlet inspect runs/gpt2-1
        martlet inspect runs/gpt2-1 --json
      """)

  @OptionGroup var model: ModelOptions
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    let inspection = try Inspection(directory: model.model, textModel: model.load())
    try Terminal.printResult(json ? inspection.json.compact + "\n" : inspection.text)
  }
}
