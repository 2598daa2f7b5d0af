import ArgumentParser
import MartletInference
import MartletText

/// The model a command works with.
struct ModelOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A directory with config.json, model.safetensors and tokenizer.json, such as a run's.",
      valueName: "model"))
  var model: String

  func load() throws(MartletError) -> TextModel { try TextModel(directory: model) }
}
