import MartletModel
import MartletText

/// A process reward model: the class of each step of an answer.
///
/// - Source: Uesato et al. 2022, arXiv:2211.14275; Lightman et al. 2023, arXiv:2305.20050; TRL's `PRMTrainer`.
public struct ProcessTask: FineTuningTask {
  /// "process".
  public static let name = "process"

  /// What follows each step.
  public var separator = "\n"
  /// The names of the classes, the worst first; those of the rows once they are read.
  public private(set) var classNames: [String] = []

  /// The usual options.
  public init() {}

  /// Reads what ``text`` gave.
  ///
  /// - Throws: when a key is missing or of another kind.
  public init(parsing text: String, file: String) throws(MartletError) {
    let reader = try JSONReader(JSON(parsing: text, file: file), file: file)
    separator = try reader.required("separator")
    classNames = try reader.required("classes")
  }

  /// The options as a JSON object.
  public var text: String {
    JSON.object([
      "separator": .string(separator), "classes": .array(classNames.map { .string($0) }),
    ]).compact
  }

  /// Where answers are cut into steps.
  public var companions: [(name: String, text: String)] {
    [(CompanionFiles.processReward, JSON.object([Self.separatorKey: .string(separator)]).pretty + "\n")]
  }

  private static let separatorKey = "separator"

  /// What follows each step in the rows a model was trained on; nil where its directory does not say.
  ///
  /// - Throws: when the file that says it is damaged.
  static func separator(ofDirectory directory: String) throws(MartletError) -> String? {
    let file = FileSystem.join(directory, CompanionFiles.processReward)
    return FileSystem.exists(file) ? try JSONReader(file: file).required(separatorKey) : nil
  }

  /// What contradicts itself.
  public var problem: String? {
    if separator.isEmpty { return "--separator must not be empty: a step ends where it stands" }
    return ClassNames.problem(of: classNames)
  }

  /// The cross-entropy of each step's class.
  public var objective: ProcessObjective { ProcessObjective() }

  /// Gathers the classes of rows that can be read.
  public mutating func prepare(for rows: [DataRow]) {
    let labels = rows.flatMap { row in
      (try? ProcessRow(row, ignoring: row.columns.keys.map(\.self)).labels) ?? []
    }
    // Rows of the rarer kind are problems.
    let areTruths = 2 * labels.count(where: Self.isTruth) >= labels.count
    classNames = ClassNames(sorting: labels.filter { Self.isTruth($0) == areTruths }).names
  }

  /// The tokens of a prompt and its steps, with a label at the end of each.
  public func example(
    of row: DataRow, _ encoder: RowEncoder, ignoring ignored: [String]
  ) throws(RowProblem) -> LabelledExample<String> {
    let row = try ProcessRow(row, ignoring: ignored)
    try check(row)
    let sequence = try encoder.encode(row, separator: separator)
    let places = sequence.tokens.indices.filter { sequence.isLearned[$0] }
    return LabelledExample(
      tokens: sequence.tokens, places: places, labels: Array(row.labels.prefix(places.count)),
      cutTokens: sequence.cutTokens)
  }

  /// Fails when a label of a row is none of the classes.
  func check(_ row: ProcessRow) throws(RowProblem) {
    for label in row.labels where !classNames.contains(label) {
      if let other = classNames.first, Self.isTruth(other) != Self.isTruth(label) {
        throw row.source.problem(
          "its labels are \(Self.kind(of: label)), and those of most rows are "
            + "\(Self.kind(of: other)); keep one kind")
      }
      throw row.source.problem(ClassNames.unknown(label, among: classNames))
    }
  }

  private static func isTruth(_ label: String) -> Bool { label == "true" || label == "false" }

  private static func kind(of label: String) -> String { isTruth(label) ? "truth values" : "numbers" }

  /// Another's with as many classes.
  public func startsFrom(_ kind: HeadKind) -> Bool { kind == .tokenClassifier(classes: classNames.count) }

  /// The head of another that tells the same classes apart, in the same order, or has no names for as many; nil when its
  /// classes are others.
  public func head(from loaded: TokenClassifierHead) -> TokenClassifierHead? {
    if loaded.classNames == classNames { return loaded }
    return loaded.labels.isUnnamed && ClassNames(classNames).areNumbered
      ? loaded.named(ClassLabels(classNames, problem: .singleLabel)) : nil
  }

  /// A head of new numbers for the classes.
  public func newHead(on decoder: Decoder, seed: UInt64) -> TokenClassifierHead {
    TokenClassifierHead(
      width: decoder.configuration.width, labels: ClassLabels(classNames, problem: .singleLabel), seed: seed)
  }

  /// The loss over all steps, how well their classes are told, and how often the first wrong step is found.
  public func evaluate(
    _ model: Model<TokenClassifierHead>, on examples: [LabelledExample<String>]
  ) -> HeldOutReport {
    let (loss, report) = ClassEvaluation.report(of: model, on: examples)
    return HeldOutReport(
      loss: loss,
      figures: report.steps.figures + [
        ("answers", Double(report.answers)), ("first_wrong_accuracy", report.firstWrongAccuracy),
        ("first_wrong_baseline", report.firstWrongBaseline),
      ])
  }
}
