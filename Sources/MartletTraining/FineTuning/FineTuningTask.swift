import MartletModel
import MartletText

/// What one kind of fine-tuning learns from a row of data, and under which head.
///
/// A task is a small value: its members are the kind's own options, which the recipe of a run keeps. What all kinds
/// share (steps, data, adapters, saving, resuming) is in ``FineTuningRecipe`` and ``FineTuner``.
public protocol FineTuningTask: Sendable, Equatable {
  /// What is minimised.
  associatedtype Goal: Objective where Goal.HeadType: StoredHead, Goal.Batch: BatchOfExamples
  /// What a row becomes: tokens, and what is learned of them.
  typealias Example = Goal.Batch.Example

  /// The name of the kind: of the command, and in `recipe.json`.
  static var name: String { get }
  /// The kind's embedded data; nil where a run must name its data.
  static var embedded: EmbeddedRows? { get }

  /// The usual options.
  init()
  /// Reads what ``text`` gave; keys of others are passed over.
  ///
  /// - Parameter file: what to call it in messages.
  /// - Throws: when a key is missing or of another kind.
  init(parsing text: String, file: String) throws(MartletError)
  /// The options as a JSON object, as a recipe keeps them among its own keys.
  var text: String { get }
  /// Files that belong to a model of the kind wherever it goes: what must be known to use it as it was trained.
  var companions: [(name: String, text: String)] { get }
  /// What contradicts itself, as one sentence that names the option; nil when nothing does.
  var problem: String? { get }

  /// What is minimised.
  var objective: Goal { get }
  /// Learns what must be known of all rows before the first can be read, such as the names of classes.
  mutating func prepare(for rows: [DataRow])
  /// The tokens of a row.
  ///
  /// - Parameter ignored: columns to pass over.
  /// - Throws: what is wrong with it.
  func example(
    of row: DataRow, _ encoder: RowEncoder, ignoring ignored: [String]
  ) throws(RowProblem) -> Example
  /// Whether a run can start from a head of a kind as it is; a new one replaces a language model's otherwise.
  func startsFrom(_ kind: HeadKind) -> Bool
  /// The head to go on with, of a model whose kind ``startsFrom(_:)`` takes; nil to start with a new one after all.
  func head(from loaded: Goal.HeadType) -> Goal.HeadType?
  /// The head of a model that has none of the kind yet.
  ///
  /// - Parameter decoder: what it stands on.
  func newHead(on decoder: Decoder, seed: UInt64) -> Goal.HeadType
  /// The loss over examples and other figures of them.
  func evaluate(_ model: Model<Goal.HeadType>, on examples: [Example]) -> HeldOutReport
}

extension FineTuningTask {
  /// None.
  public static var embedded: EmbeddedRows? { nil }
  /// None.
  public var companions: [(name: String, text: String)] { [] }
  /// Nothing contradicts itself.
  public var problem: String? { nil }
  /// The head as it is.
  public func head(from loaded: Goal.HeadType) -> Goal.HeadType? { loaded }
  /// Nothing.
  public mutating func prepare(for rows: [DataRow]) {}
}
