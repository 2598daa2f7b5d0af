import MartletModel
import MartletText

/// A classifier of texts and conversations.
///
/// Texts are read as `transformers` reads them: with the special tokens of the tokenizer, and no end-of-text token that
/// it does not add itself.
///
/// - Source: Radford et al. 2018 (GPT), section 3.2.
public struct ClassificationTask: FineTuningTask {
  /// "classify".
  public static let name = "classify"

  /// The names of the classes, sorted; those of the rows once they are read.
  public private(set) var classNames: [String] = []

  /// The usual options.
  public init() {}

  /// Reads what ``text`` gave.
  ///
  /// - Throws: when a key is missing or of another kind.
  public init(parsing text: String, file: String) throws(MartletError) {
    classNames = try JSONReader(JSON(parsing: text, file: file), file: file).required("classes")
  }

  /// The options as a JSON object.
  public var text: String {
    JSON.object(["classes": .array(classNames.map { .string($0) })]).compact
  }

  /// What contradicts itself.
  public var problem: String? { ClassNames.problem(of: classNames) }

  /// The cross-entropy of each sequence's class.
  public var objective: ClassificationObjective { ClassificationObjective() }

  /// Gathers the classes of rows that can be read.
  public mutating func prepare(for rows: [DataRow]) {
    classNames =
      ClassNames(sorting: rows.compactMap { try? ClassRow($0, ignoring: $0.columns.keys.map(\.self)).label })
      .names
  }

  /// The tokens of a text or conversation, with its class at the last.
  public func example(
    of row: DataRow, _ encoder: RowEncoder, ignoring ignored: [String]
  ) throws(RowProblem) -> LabelledExample<String> {
    let row = try ClassRow(row, ignoring: ignored)
    if !classNames.contains(row.label) {
      throw row.source.problem(ClassNames.unknown(row.label, among: classNames))
    }
    let sequence = try encoder.encode(row)
    return LabelledExample(tokens: sequence.tokens, label: row.label, cutTokens: sequence.cutTokens)
  }

  /// Another's with as many classes.
  public func startsFrom(_ kind: HeadKind) -> Bool { kind == .sequenceClassifier(classes: classNames.count) }

  /// The head of another that tells the same classes apart, or has no names for as many that are numbered; nil when its
  /// classes are others.
  public func head(from loaded: SequenceClassifierHead) -> SequenceClassifierHead? {
    if Set(loaded.classNames) == Set(classNames) { return loaded }
    return loaded.labels.isUnnamed && ClassNames(classNames).areNumbered
      ? loaded.named(ClassLabels(classNames, problem: .singleLabel)) : nil
  }

  /// A head of new numbers for the classes.
  public func newHead(on decoder: Decoder, seed: UInt64) -> SequenceClassifierHead {
    SequenceClassifierHead(
      width: decoder.configuration.width, labels: ClassLabels(classNames, problem: .singleLabel), seed: seed)
  }

  /// The loss, and how well the classes are told.
  public func evaluate(
    _ model: Model<SequenceClassifierHead>, on examples: [LabelledExample<String>]
  ) -> HeldOutReport {
    let (loss, report) = ClassEvaluation.report(of: model, on: examples)
    return HeldOutReport(loss: loss, figures: report.figures)
  }
}
