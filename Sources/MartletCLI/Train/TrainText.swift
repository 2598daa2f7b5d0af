import ArgumentParser
import Martlet
import MartletText
import MartletTraining

/// `martlet train`, or `martlet train text`: learns a language model from text.
struct TrainTextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text",
    abstract: "Learn a language model from text; what `martlet train` does.",
    discussion: """
      With no options, a small model of the text that ships with Martlet, in about a minute. The run \
      is kept in a directory that transformers loads as it is, and can be stopped with Ctrl-C and resumed.

      EXAMPLES:
        martlet train
        martlet train --data book.txt --tokenizer bpe:1024 --steps 2000
        martlet train --data articles/ --architecture llama --layers 6 --heads 6 --key-value-heads 2 --width 192
        cat notes.txt | martlet train --data - --context 64 --output runs/notes
        martlet train --resume runs/notes
        martlet train --from models/small --data articles/ --context 512 --steps 500
      """)

  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Model") var model: ModelShapeOptions
  @OptionGroup(title: "Training") var training: TrainingOptions<LanguageModelDefaults>

  @Option(
    help: ArgumentHelp(
      "Go on with the model of a directory: its architecture, weights and tokenizer, as it comes from the Hugging Face "
        + "Hub. The learning rate is 0.0001 unless --learning-rate is given, and --context may be shorter than the "
        + "model's.", valueName: "directory"))
  var from: String?
  @Option(
    help: ArgumentHelp(
      "The directory of the run, in which nothing may be yet. (default: runs/FAMILY-NUMBER)",
      valueName: "directory"))
  var output: String?
  @Option(
    help: ArgumentHelp(
      "Go on with a run from its last save. Only --steps, --samples and --json may be given with it.",
      valueName: "run"))
  var resume: String?
  @Option(help: ArgumentHelp("How many samples to show at the end.", valueName: "count"))
  var samples = 2
  @Flag(help: "Print one JSON object at the end and nothing else on standard output.")
  var json = false

  func validate() throws {
    if samples < 0 { throw ValidationError("--samples must be at least 0, not \(samples)") }
    if from != nil, let option = (data.givenTokenizer + model.givenSizes).first {
      throw ValidationError("\(option) cannot be given with --from: the model decides it; leave it out")
    }
    guard resume != nil else { return }
    if from != nil { throw ValidationError("--from and --resume contradict each other; leave one out") }
    if output != nil { throw ValidationError("--output and --resume contradict each other; leave one out") }
    let given = data.given + model.given + training.given
    if let option = given.first {
      throw ValidationError(
        "\(option) cannot be given with --resume: the run's recipe decides it; leave it out or start a new run"
      )
    }
  }

  func run() throws {
    if let resume, let kind = try RecipeKind(ofRun: resume).name {
      return try FineTuningCommands.resume(resume, kind: kind, steps: training.steps, isJSON: json)
    }
    let (training, isResumed) = (try makeTraining(), resume != nil)
    let view = TrainingView(training, isJSON: json)
    let run = try TrainingRun.follow(
      training, view, description: describe(training.trainer), isResumed: isResumed)
    let report = TrainingReport(run: run, samples: try generateSamples(training.trainer))
    try training.saveResults(report.json)
    try view.end(
      json: report.json, lines: report.lines,
      hint: "martlet generate \(training.directory.path) --prompt \"The \"")
  }

  /// What learns from what.
  private func describe(_ trainer: LanguageModelTrainer) -> [String] {
    let recipe = trainer.recipe
    let name = recipe.data.isEmpty ? EmbeddedText.name : recipe.data.joined(separator: ", ")
    return [
      "\(name): \(Format.count(trainer.trainingTokens)) tokens to train on, "
        + "\(Format.count(trainer.heldOutTokens)) held out; vocabulary \(trainer.tokenizer.vocabularySize) "
        + "(\(recipe.tokenizer))",
      "\(recipe.architecture): \(Format.count(trainer.model.parameterCount)) parameters, \(recipe.layers) "
        + "\(recipe.layers == 1 ? "layer" : "layers") of width \(recipe.width), \(recipe.heads) heads, "
        + "context \(recipe.context)",
    ]
  }

  private func makeTraining() throws -> LanguageModelTraining {
    if let resume { return try LanguageModelTraining(resuming: resume, steps: training.steps) }
    var recipe = LanguageModelRecipe()
    if let from { recipe = try LanguageModelRecipe(continuing: from) }
    data.apply(to: &recipe)
    model.apply(to: &recipe)
    training.apply(to: &recipe.settings)
    return try LanguageModelTraining(recipe, output: output)
  }

  private func generateSamples(_ trainer: LanguageModelTrainer) throws -> [String] {
    if samples == 0 || StopRequest.isMade { return [] }
    let text = try TextModel(model: trainer.model, tokenizer: trainer.tokenizer)
    var options = GenerationOptions()
    options.maxTokens = 400
    options.samples = samples
    options.seed = trainer.recipe.seed
    options.sampler = Sampler(steps: [Temperature(0.8)])
    return try Generator(text).generate(prompt: "", options).map(\.text)
  }
}
