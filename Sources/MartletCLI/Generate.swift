import ArgumentParser
import MartletInference
import MartletText

/// `martlet generate`: samples from a model.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Sample text from a model.",
    discussion: """
      A sample is a function of the model, the prompt, the options, the seed and the sample's number: the same on \
      every machine, alone or beside others. With no prompt, the model starts a text of its own. A text may be \
      longer than the model's context: the model then goes on from about the last half of it. A prompt is read as \
      it stands, like transformers does; score puts the token that begins a text in front.

      With --json, log_probabilities are those of the model itself, whatever the temperature and the filters, and \
      tokens include the end token or the stop string that ended the sample.

      EXAMPLES:
        martlet generate runs/gpt2-1 --prompt "The tide"
        martlet generate runs/gpt2-1 --temperature 0.7 --top-k 40 --samples 3
        martlet generate runs/gpt2-1 --greedy --stop "." --json
        martlet generate runs/gpt2-1 --jsonl prompts.jsonl > samples.jsonl
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var weights: WeightOptions
  @Option(parsing: .unconditional, help: ArgumentHelp("What the text starts with.", valueName: "text"))
  var prompt: String?
  @Option(
    help: ArgumentHelp(
      "A file with one JSON object a line, {\"prompt\": …} or {\"ids\": […]}; - for standard input. Prints one "
        + "JSON object a line, in the same order.", valueName: "path"))
  var jsonl: String?
  @Option(parsing: .unconditional, help: ArgumentHelp("The most tokens to sample.", valueName: "count"))
  var maxTokens = 256
  @OptionGroup(title: "Choosing the next token") var sampling: SamplingOptions
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("End before this text comes; may be given several times.", valueName: "text"))
  var stop: [String] = []
  @Option(parsing: .unconditional, help: ArgumentHelp("How many samples.", valueName: "count")) var samples =
    1
  @Option(help: ArgumentHelp("What the random numbers are a function of.", valueName: "number"))
  var seed: UInt64 = 0
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    let options = try generationOptions()
    let generator = Generator(try model.load(weights: weights.weights))
    if let jsonl { return try generateLines(jsonl, generator, options) }
    let prompt = prompt ?? ""
    if json {
      let samples = try generator.generate(prompt: prompt, options)
      try Terminal.printResult(Self.json(samples).compact + "\n")
    } else {
      var view = SampleView(prompt: prompt, samples: options.samples)
      let samples = try generator.generate(prompt: prompt, options) { view.show($0) }
      try view.end(samples)
    }
  }

  private func generationOptions() throws(MartletError) -> GenerationOptions {
    if prompt != nil, jsonl != nil {
      throw MartletError("--prompt and --jsonl contradict each other; leave one out")
    }
    if maxTokens < 1 { throw MartletError("--max-tokens must be at least 1, found \(maxTokens)") }
    if !(1...100_000).contains(samples) {
      throw MartletError("--samples must be from 1 to 100000, found \(samples)")
    }
    if sampling.isGreedy, samples > 1 {
      throw MartletError(
        "greedy choice gives the same text each time; leave out --samples or choose at random")
    }
    if stop.contains("") { throw MartletError("--stop needs at least one character") }
    var options = GenerationOptions()
    options.maxTokens = maxTokens
    options.sampler = try sampling.sampler()
    options.stops = stop
    options.samples = samples
    options.seed = seed
    return options
  }

  private func generateLines(
    _ path: String, _ generator: Generator, _ options: GenerationOptions
  ) throws {
    let vocabulary = generator.textModel.model.configuration.vocabulary
    let prompts = try JSONLines.read(path).map { reader -> [Int32] in
      guard let ids = try reader.ids(below: vocabulary) else {
        return try generator.tokens(ofPrompt: reader.required("prompt"))
      }
      if ids.isEmpty { throw MartletError("\(reader.file): the key \"ids\" holds no id; give at least one") }
      return ids
    }
    try JSONLines.process(prompts, groupSize: max(1, 32 / options.samples)) { group in
      try generator.generate(prompts: group, options).map(Self.json)
    }
  }

  private static func json(_ samples: [GeneratedSample]) -> JSON {
    [
      "samples": .array(
        samples.map { sample in
          [
            "text": .string(sample.text), "tokens": .ids(sample.tokens),
            "log_probabilities": .array(sample.logProbabilities.map { .number($0) }),
            "finish_reason": .string(sample.finishReason.rawValue),
          ]
        })
    ]
  }
}
