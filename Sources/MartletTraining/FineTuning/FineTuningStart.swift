import MartletInference
import MartletModel
import MartletTensor
import MartletText

/// Where a run of fine-tuning starts: a model's directory, a new small model, or the run itself when it goes on.
struct FineTuningStart {
  /// The decoder's form.
  let configuration: DecoderConfiguration
  /// From text to the model's tokens.
  let tokenizer: Tokenizer
  /// The keys of the `config.json` the run started from.
  let configurationKeys: JSONObject
  private let templates: ConversationTemplates?
  /// The file of a template that takes the place of the model's own.
  private let templateFile: String?
  private let source: Source

  private enum Source {
    /// A model's directory.
    case base(String)
    /// A new model of a form.
    case new(LanguageModelRecipe)
    /// The directory of a run, which holds all weights of its own.
    case run(String)
  }

  /// What a new run starts from.
  ///
  /// - Throws: when the directory holds no model of a known family, or a tokenizer that is not its own.
  init<Task>(_ recipe: FineTuningRecipe<Task>) throws(MartletError) {
    templateFile = recipe.template
    if let base = recipe.base {
      source = .base(base)
      configuration = try LanguageModel.configuration(ofDirectory: base).configuration
      configurationKeys = try JSONReader(file: FileSystem.join(base, ModelFile.configuration)).members
      // Before the rows are read, which a model that can't be used is not worth.
      if Task.Goal.HeadType.self == LanguageModelHead.self {
        try LanguageModel.checkHead(ofDirectory: base)
      }
      tokenizer = try Tokenizer(contentsOf: base)
      templates = try Self.templates(file: recipe.template, directory: base)
      try tokenizer.check(fits: configuration, of: base)
    } else {
      guard let embedded = Task.embedded else {
        preconditionFailure("FineTuningStart: the recipe has a problem")
      }
      let (shape, tokenizer) = try embedded.model()
      source = .new(shape)
      configuration = try shape.configuration(for: tokenizer)
      configurationKeys = JSONObject()
      self.tokenizer = tokenizer
      templates = try Self.templates(file: recipe.template, directory: nil)
    }
  }

  /// What a run goes on from: its own directory, with the model it adapts.
  ///
  /// - Throws: when a file of it is damaged.
  init<Task>(resuming run: String, _ recipe: FineTuningRecipe<Task>) throws(MartletError) {
    let base = recipe.adaptation == nil ? nil : recipe.base
    source = base.map(Source.base) ?? .run(run)
    // An adapter has no config.json of its own.
    let directory = base ?? run
    configuration = try LanguageModel.configuration(ofDirectory: directory).configuration
    configurationKeys = try JSONReader(file: FileSystem.join(directory, ModelFile.configuration)).members
    tokenizer = try Tokenizer(contentsOf: run)
    templateFile = nil
    templates = try Self.templates(file: nil, directory: run)
  }

  private static func templates(
    file: String?, directory: String?
  ) throws(MartletError) -> ConversationTemplates? {
    if let file { return try ConversationTemplates(file: file) }
    guard let directory else { return nil }
    return try ConversationTemplates(directory: directory)
  }

  /// Turns rows into tokens as the model reads them.
  func encoder<Task>(of recipe: FineTuningRecipe<Task>) -> RowEncoder {
    var templates = templates
    if let time = recipe.templateTime { templates?.time = time }
    return RowEncoder(
      tokenizer: tokenizer, templates: templates, endOfText: tokenizer.endOfText ?? configuration.endOfText,
      context: recipe.context ?? configuration.context, truncates: recipe.truncates)
  }

  /// The model to train, and whether its head is a new one.
  func model<Task>(
    of recipe: FineTuningRecipe<Task>
  ) throws(MartletError) -> (model: Model<Task.Goal.HeadType>, hasNewHead: Bool) {
    let (task, seed) = (recipe.task, recipe.seed)
    switch source {
    case .run(let directory): return (try Model(directory: directory), false)
    case .new(let shape):
      let model = LanguageModel(
        configuration, architecture: Architectures.named(shape.architecture)!,
        from: RandomParameters(seed: seed))
      return (model.replacingHead(with: task.newHead(on: model.decoder, seed: seed)), true)
    case .base(let directory):
      let model: Model<Task.Goal.HeadType>
      var hasNewHead = false
      if task.startsFrom(try HeadKind(directory: directory)) {
        let loaded = try Model<Task.Goal.HeadType>(directory: directory)
        let kept = task.head(from: loaded.head)
        hasNewHead = kept == nil
        model = loaded.replacingHead(with: kept ?? task.newHead(on: loaded.decoder, seed: seed))
      } else if Task.Goal.HeadType.self == LanguageModelHead.self {
        // A new one would know nothing of the vocabulary.
        model = try Model(directory: directory)
      } else {
        model = try Model(trunkOf: directory) { task.newHead(on: $0, seed: seed) }
        hasNewHead = true
      }
      guard let adaptation = recipe.adaptation else { return (model, hasNewHead) }
      if let problem = adaptation.problem(of: model) { throw MartletError("--lora-layers: \(problem)") }
      return (model.adapted(by: adaptation, seed: seed), hasNewHead)
    }
  }

  /// Writes what belongs to the model wherever it goes, with the template it was trained with.
  func copyCompanions(to directory: String) throws(MartletError) {
    if let templateFile {
      let text = try FileSystem.readText(templateFile)
      try FileSystem.write(text, to: FileSystem.join(directory, "chat_template.jinja"))
    }
    if case .base(let base) = source { try CompanionFiles.copy(from: base, to: directory) }
  }
}

extension Tokenizer {
  /// Fails when the tokenizer is not a model's: their vocabularies differ in size.
  fileprivate func check(fits configuration: DecoderConfiguration, of directory: String) throws(MartletError)
  {
    do {
      try TextModel.check(self, fits: configuration)
    } catch {
      throw MartletError("\(directory): \(error.message)")
    }
  }
}
