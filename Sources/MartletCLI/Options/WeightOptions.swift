import ArgumentParser
import MartletModel

/// How a model that is only read keeps its weights.
struct WeightOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How weights are kept: float32, or bfloat16, which rounds them and halves the time of a token. Arithmetic is "
        + "float32 in any case. (default: as the file has them)", valueName: "format"))
  var weights: WeightFormat?
}

extension WeightFormat: ExpressibleByArgument {}
