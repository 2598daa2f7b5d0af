import ArgumentParser
import MartletModel
import MartletTensor

/// How a model's weights are written.
struct StorageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How numbers are written: float32, bfloat16 or float16, rounded to the nearest.", valueName: "type"))
  var precision: ElementType?
  @Option(
    help: ArgumentHelp(
      "The largest file of weights, such as 5GB; a model that needs more is written to several. (default: 50GB)",
      valueName: "size"))
  var maxShardSize: ByteSize?

  var maximumShardSize: Int { maxShardSize?.bytes ?? Checkpoint.usualShardSize }
}

extension ElementType: ExpressibleByArgument {}
