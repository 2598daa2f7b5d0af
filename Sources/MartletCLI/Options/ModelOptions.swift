import ArgumentParser
import MartletInference
import MartletModel
import MartletText

/// The model a command works with.
struct ModelOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A directory with config.json, model.safetensors and tokenizer.json, such as a run's.",
      valueName: "model"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "How weights are kept in memory: float32, or bfloat16, which rounds them and halves the time of a token. "
        + "Arithmetic is float32. (default: as the file has them)", valueName: "format"))
  var weights: WeightFormat?

  func load() throws(MartletError) -> TextModel { try TextModel(directory: model, weights: weights) }
}

extension WeightFormat: ExpressibleByArgument {}
