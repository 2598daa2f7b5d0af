import MartletModel
import MartletTensor
import MartletText

/// A reward model: rewards that put answers in the order in which they are preferred.
///
/// - Source: Stiennon et al. 2020, arXiv:2009.01325, section 3.4; Ouyang et al. 2022, arXiv:2203.02155, section 3.5.
public struct RewardTask: FineTuningTask {
  /// "reward".
  public static let name = "reward"
  /// Reports of a harbour, whose true reward is known: ``EmbeddedPreferences``.
  public static var embedded: EmbeddedRows? { .preferences }

  /// How the rewards of a prompt's answers become a loss.
  public enum Loss: String, Sendable, CaseIterable {
    /// Every pair of answers: ``BradleyTerry``.
    case bradleyTerry = "bradley-terry"
    /// The whole ranking: ``PlackettLuce``.
    case plackettLuce = "plackett-luce"
  }

  /// The loss.
  public var loss = Loss.bradleyTerry
  /// λ of ``BradleyTerry``.
  public var centring: Float = 0

  /// The usual options.
  public init() {}

  /// Reads what ``text`` gave.
  ///
  /// - Throws: when a key is missing or of another kind.
  public init(parsing text: String, file: String) throws(MartletError) {
    let reader = try JSONReader(JSON(parsing: text, file: file), file: file)
    loss = try reader.named("loss")
    centring = try reader.required("centring")
  }

  /// The options as a JSON object.
  public var text: String {
    JSON.object(["loss": .string(loss.rawValue), "centring": .number(Double("\(centring)") ?? 0)]).compact
  }

  /// What contradicts itself.
  public var problem: String? {
    if !(centring >= 0 && centring.isFinite) { return "--centring must be at least 0, not \(centring)" }
    if centring != 0, loss == .plackettLuce { return "--centring needs --loss bradley-terry" }
    return nil
  }

  private var rankingLoss: any RankingLoss {
    switch loss {
    case .bradleyTerry: BradleyTerry(centring: centring)
    case .plackettLuce: PlackettLuce()
    }
  }

  /// The loss of rewards read at each answer's last token.
  public var objective: RewardObjective { RewardObjective(rankingLoss) }

  /// The tokens of a prompt with each of its answers.
  public func example(
    of row: DataRow, _ encoder: RowEncoder, ignoring ignored: [String]
  ) throws(RowProblem) -> PreferenceExample {
    let row = try PreferenceRow(row, ignoring: ignored)
    if loss == .plackettLuce, row.margin ?? 0 != 0 {
      throw row.source.problem(
        "\"margin\" is not used by --loss plackett-luce; use bradley-terry, or leave it out")
    }
    return try encoder.encode(row)
  }

  /// Another reward model's.
  public func startsFrom(_ kind: HeadKind) -> Bool { kind == .scalar }

  /// A head of new numbers.
  public func newHead(on decoder: Decoder, seed: UInt64) -> ScalarHead {
    ScalarHead(width: decoder.configuration.width, seed: seed)
  }

  /// The loss, and how rewards agree with the preferences.
  public func evaluate(_ model: Model<ScalarHead>, on examples: [PreferenceExample]) -> HeldOutReport {
    let (loss, report) = RewardEvaluation.report(of: model, on: examples, loss: rankingLoss)
    return HeldOutReport(loss: loss, figures: report.figures)
  }
}
