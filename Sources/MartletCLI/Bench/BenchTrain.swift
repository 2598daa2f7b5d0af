import ArgumentParser
import Martlet
import MartletText
import MartletTraining

/// `martlet bench train`: the time and memory of whole training steps.
struct BenchTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Measure training steps of a model of some sizes.",
    discussion: """
      Takes whole steps, forward pass to update, with clipping, on random tokens. The first two are not counted; \
      the figures are medians of the others. The arithmetic of a step is set against the rate of one product, \
      which is measured after the steps.

      EXAMPLES:
        martlet bench train
        martlet bench train --layers 12 --heads 12 --width 768 --context 1024 --vocabulary 50257 --batch-size 1
        martlet bench train --architecture llama --heads 9 --key-value-heads 3 --width 576 --json
      """)

  @OptionGroup var shape: ModelShapeOptions
  @Option(parsing: .unconditional, help: "The number of tokens in the vocabulary.") var vocabulary = 50257
  @Option(parsing: .unconditional, help: "The rows, of the context's size, in a step's batch.")
  var batchSize = 12
  @Option(parsing: .unconditional, help: "The rows computed at a time. (default: the whole batch)")
  var microBatchSize: Int?
  @Flag(help: "Compute blocks again for the gradient instead of keeping their results.")
  var checkpointActivations = false
  @Option(parsing: .unconditional, help: "How products read their factors: float32 or bfloat16.")
  var precision = ProductPrecision.float32
  @Option(parsing: .unconditional, help: "The number of steps that are counted.") var steps = 5
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    var recipe = LanguageModelRecipe()
    shape.apply(to: &recipe)
    (recipe.batchSize, recipe.microBatchSize, recipe.steps) = (batchSize, microBatchSize, steps)
    recipe.usesCheckpointing = checkpointActivations
    recipe.precision = precision
    let measurement = try TrainingMeasurement(recipe, vocabulary: vocabulary) { seconds in
      if !json { Terminal.write("step: \(Format.significant(seconds)) s\n", to: .output) }
    }
    try Terminal.printResult(json ? report(measurement).compact + "\n" : summary(measurement))
  }

  private func report(_ measurement: TrainingMeasurement) -> JSON {
    [
      "seconds_per_step": .number(measurement.secondsPerStep),
      "tokens_per_second": .number(measurement.tokensPerSecond),
      "peak_memory_bytes": .integer(measurement.peakMemory),
      "parameters": .integer(measurement.parameters),
      "tokens_per_step": .integer(measurement.tokensPerStep),
      "operations_per_step": .number(measurement.operationsPerStep),
      "product_gflops": .number(measurement.productRate * 1e-9),
      "fraction_of_product_rate": .number(measurement.fractionOfProductRate),
      "precision": .string(precision.rawValue),
      "threads": .integer(CPUExecution.threads),
      "instruction_set": .string(CPUExecution.instructionSet.name),
    ]
  }

  private func summary(_ measurement: TrainingMeasurement) -> String {
    """
    \(Format.count(measurement.parameters)) parameters, \(Format.count(measurement.tokensPerStep)) tokens a step, \
    \(CPUExecution.threads) threads, \(CPUExecution.instructionSet.name)
    \(Format.significant(measurement.secondsPerStep)) s a step, \
    \(Format.count(Int(measurement.tokensPerSecond))) tokens a second, \
    \(Format.bytes(measurement.peakMemory)) of memory at most
    \(Format.significant(measurement.operationsPerStep * 1e-9)) GFLOP a step, \
    \(Format.decimals(100 * measurement.fractionOfProductRate, 1))% of the \
    \(Format.decimals(measurement.productRate * 1e-9, 1)) GFLOP/s of \(precision.rawValue) products

    """
  }
}
