import MartletModel
import MartletTensor
import MartletText

/// Everything that decides what a run of fine-tuning computes: with the data and the model it starts from, the bits of
/// its result.
@dynamicMemberLookup
public struct FineTuningRecipe<Task: FineTuningTask>: Sendable, Equatable {
  /// What is learned, with the kind's own options.
  public var task = Task()
  /// How it learns; its members are the recipe's own too.
  public var settings = TrainingSettings()
  /// The directory of the model to start from; nil for a new small model of the kind's embedded data.
  public var base: String?
  /// The files of rows; empty for the kind's embedded data.
  public var data: [String] = []
  /// Files of rows that are held out; when empty, ``validationFraction`` of the data is.
  public var validationData: [String] = []
  /// The part of the rows that is held out, the last ones, where no files are.
  public var validationFraction = 0.1
  /// How many times each row is read; nil where ``TrainingSettings/steps`` decides.
  public var epochs: Double? = 3
  /// The most tokens of a sequence; the model's context when nil.
  public var context: Int?
  /// The file of the chat template; the model's own when nil.
  public var template: String?
  /// Whether sequences longer than the context are cut at their end; they are problems otherwise.
  public var truncates = false
  /// Whether rows with problems are left out; a run does not start with them otherwise.
  public var skipsBadRows = false
  /// Columns that are passed over.
  public var ignoredColumns: [String] = []
  /// Whether each epoch takes the rows in a random order of its own.
  public var isShuffled = true
  /// The changes of low rank that are trained in place of the weights; nil to train the weights.
  public var adaptation: LowRankAdaptation?

  /// A member of ``settings``.
  public subscript<Value>(dynamicMember path: WritableKeyPath<TrainingSettings, Value>) -> Value {
    get { settings[keyPath: path] }
    set { settings[keyPath: path] = newValue }
  }

  /// What the chat template takes for the present; when nil, the time at which the run is prepared, so that a run which
  /// goes on another day has the rows it began with.
  public var templateTime: TemplateTime? = nil

  /// The usual recipe.
  public init() {
    settings.batchSize = 8
    settings.learningRate = 1e-4
    settings.optimizer.beta2 = 0.999
    settings.optimizer.weightDecay = 0.01
    settings.evaluateEvery = 100
  }

  /// What contradicts itself, as one sentence that names the option; nil when nothing does.
  public var problem: String? {
    if let problem = TrainingSettings.problem(ofCounts: [("--context", context ?? 1)]) { return problem }
    if !(validationFraction >= 0 && validationFraction < 1) {
      return "--validation-fraction must be at least 0 and below 1, not \(validationFraction)"
    }
    if let epochs, !(epochs > 0 && epochs <= 1e6) {
      return "--epochs must be above 0 and at most a million, not \(epochs)"
    }
    if settings.patience != nil, validationFraction == 0, validationData.isEmpty {
      return "--patience needs held-out rows: give a --validation-fraction above 0 or --validation-data"
    }
    if data.isEmpty {
      if Task.embedded == nil { return "there are no rows to learn from; name their files with --data" }
      if !validationData.isEmpty { return "--validation-data needs --data" }
    }
    if base == nil {
      if Task.embedded == nil || !data.isEmpty {
        return "there is no model to start from; name its directory with --from"
      }
      if adaptation != nil {
        return "--lora-rank needs a model to start from; name its directory with --from"
      }
    }
    if let adaptation, let problem = adaptation.problem { return "LoRA (--lora-…): \(problem)" }
    return task.problem ?? settings.problem
  }
}

extension FineTuningRecipe: Recipe {
  /// The recipe as a run directory keeps it, as a JSON object.
  public var text: String { json.pretty }

  /// Reads what ``text`` gave.
  ///
  /// - Throws: when it is a recipe of another kind, a key is missing, of another kind, or contradicts another.
  public init(parsing text: String, file: String) throws(MartletError) {
    let reader = try JSONReader(JSON(parsing: text, file: file), file: file)
    try RecipeKind(reader).require(Task.name)
    base = try reader.optional("base")
    data = try reader.required("data")
    validationData = try reader.required("validation_data")
    validationFraction = try reader.required("validation_fraction")
    epochs = try reader.optional("epochs")
    context = try reader.optional("context")
    template = try reader.optional("template")
    if let parts = try reader.optional("template_time", as: [Int].self) {
      guard let time = TemplateTime(parts: parts) else {
        throw reader.unexpected("template_time", expected: "seven numbers from the year to the microsecond")
      }
      templateTime = time
    }
    truncates = try reader.required("truncate")
    skipsBadRows = try reader.required("skip_bad_rows")
    ignoredColumns = try reader.required("ignored_columns")
    isShuffled = try reader.required("shuffle")
    if let adapter = reader["adapter"] {
      adaptation = try LowRankAdaptation(
        reading: JSONReader(adapter, file: "\(reader.file), \"adapter\""))
    }
    task = try Task(parsing: text, file: file)
    settings = try TrainingSettings(reading: reader)
    if let problem { throw MartletError("\(reader.file): \(problem)") }
  }

  private var json: JSON {
    func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
    func strings(_ list: [String]) -> JSON { .array(list.map { .string($0) }) }
    let own: JSONObject = [
      RecipeKind.key: .string(Task.name),
      "base": optional(base),
      "data": strings(data),
      "validation_data": strings(validationData),
      "validation_fraction": .number(validationFraction),
      "epochs": epochs.map { .number($0) } ?? .null,
      "context": context.map { .integer($0) } ?? .null,
      "template": optional(template),
      "template_time": templateTime.map { .array($0.parts.map { .integer($0) }) } ?? .null,
      "truncate": .bool(truncates),
      "skip_bad_rows": .bool(skipsBadRows),
      "ignored_columns": strings(ignoredColumns),
      "shuffle": .bool(isShuffled),
      "adapter": adaptation.map { .object($0.json) } ?? .null,
    ]
    let ofTask = (try? JSON(parsing: task.text, file: Task.name))?.object ?? [:]
    return .object(
      JSONObject(own.map { ($0, $1) } + ofTask.map { ($0, $1) } + settings.json.map { ($0, $1) }))
  }
}

extension TemplateTime {
  /// The parts from the year to the microsecond.
  fileprivate var parts: [Int] { [year, month, day, hour, minute, second, microsecond] }

  fileprivate init?(parts: [Int]) {
    guard parts.count == 7 else { return nil }
    self.init(
      year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5],
      microsecond: parts[6])
  }
}

extension LowRankAdaptation {
  var json: JSONObject {
    [
      "rank": .integer(rank), "alpha": .number(alpha), "dropout": .number(Double("\(dropout)") ?? 0),
      "layers": .array(layers.sorted().map { .string($0) }), "rank_stabilized": .bool(isRankStabilized),
      "decomposed": .bool(isDecomposed),
      "blocks": blocks.map { .array($0.sorted().map { .integer($0) }) } ?? .null,
    ]
  }

  init(reading reader: JSONReader) throws(MartletError) {
    let layers: [String] = try reader.required("layers")
    let blocks: [Int]? = try reader.optional("blocks")
    self.init(
      rank: try reader.required("rank"), alpha: try reader.required("alpha"),
      dropout: try reader.required("dropout"), layers: Set(layers),
      blocks: blocks.map { Set($0) }, isRankStabilized: try reader.required("rank_stabilized"),
      isDecomposed: try reader.required("decomposed"))
  }
}
