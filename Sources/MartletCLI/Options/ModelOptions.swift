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

  /// - Parameter weights: how the weights are kept; nil as the file has them.
  func load(weights: WeightFormat? = nil) throws(MartletError) -> TextModel {
    try TextModel(directory: model, weights: weights)
  }
}
