import ArgumentParser
import Martlet
import MartletInference
import MartletModel
import MartletText
import MartletTraining

/// `martlet bench infer`: how fast prompts are read and tokens are written.
struct BenchInfer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "infer",
    abstract: "Measure reading prompts and writing tokens with a model of some sizes.",
    discussion: """
      Reads a random prompt for each sequence, then writes tokens, one for each sequence a step, always the \
      likeliest. The first repetition is not counted; the figures are medians of the others, of all sequences \
      together.

      EXAMPLES:
        martlet bench infer
        martlet bench infer --sequences 32 --weights bfloat16
        martlet bench infer --architecture llama --layers 30 --heads 9 --key-value-heads 3 --width 576 \
      --feed-forward 1536 --vocabulary 49152 --tied --json
      """)

  @OptionGroup var shape: ModelShapeOptions
  @Option(parsing: .unconditional, help: "The number of tokens in the vocabulary.") var vocabulary = 50257
  @Option(parsing: .unconditional, help: "The tokens of each sequence's prompt.") var promptTokens = 512
  @Option(parsing: .unconditional, help: "The tokens that each sequence is continued by.") var decodeTokens =
    64
  @Option(parsing: .unconditional, help: "The number of sequences at once.") var sequences = 1
  @Option(parsing: .unconditional, help: "The repetitions that are counted.") var repetitions = 5
  @Option(help: "How weights are kept: float32 or bfloat16. Arithmetic is float32 in any case.")
  var weights = WeightFormat.float32
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    let work = InferenceMeasurement.Work(
      sequences: sequences, promptTokens: promptTokens, decodeTokens: decodeTokens, repetitions: repetitions)
    if let problem = work.problem { throw MartletError(problem) }
    var recipe = LanguageModelRecipe()
    recipe.context = work.context
    shape.apply(to: &recipe)
    if let problem = recipe.problem { throw MartletError(problem) }
    if !(1...Int(Int32.max)).contains(vocabulary) {
      throw MartletError("--vocabulary must be from 1 to \(Int32.max), not \(vocabulary)")
    }
    let measurement = try InferenceMeasurement(
      recipe.configuration(vocabulary: vocabulary), architecture: Architectures.named(recipe.architecture)!,
      weights: weights, work
    ) { prompt, decode in
      if json { return }
      Terminal.write(
        "prompt: \(Format.significant(prompt)) s, tokens: \(Format.significant(decode)) s\n", to: .output)
    }
    try Terminal.printResult(json ? report(measurement).compact + "\n" : summary(measurement))
  }

  private func report(_ measurement: InferenceMeasurement) -> JSON {
    [
      "prompt_tokens_per_second": .number(measurement.promptTokensPerSecond),
      "decode_tokens_per_second": .number(measurement.decodeTokensPerSecond),
      "peak_memory_bytes": .integer(measurement.peakMemory),
      "parameters": .integer(measurement.parameters),
      "sequences": .integer(sequences),
      "weights": .string(weights.rawValue),
      "threads": .integer(CPUExecution.threads),
      "instruction_set": .string(CPUExecution.instructionSet.name),
    ]
  }

  private func summary(_ measurement: InferenceMeasurement) -> String {
    """
    \(Format.count(measurement.parameters)) parameters as \(weights.rawValue), \(sequences) at once, \
    \(CPUExecution.threads) threads, \(CPUExecution.instructionSet.name)
    prompt: \(Format.significant(measurement.promptTokensPerSecond)) tokens a second
    tokens: \(Format.significant(measurement.decodeTokensPerSecond)) a second
    memory: \(Format.bytes(measurement.peakMemory)) at most

    """
  }
}
