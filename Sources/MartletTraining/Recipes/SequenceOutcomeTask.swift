import MartletModel
import MartletText

/// A verifier that reads whole answers: the probability that one is right, at its last token. Its logit is a reward.
///
/// - Source: Cobbe et al. 2021, arXiv:2110.14168, section 4.2 (solution-level verifiers).
public struct SequenceOutcomeTask: FineTuningTask {
  /// "sequence-outcome".
  public static let name = "sequence-outcome"

  /// The task, which has no options.
  public init() {}

  /// Nothing to read.
  public init(parsing text: String, file: String) throws(MartletError) {}

  /// An empty object.
  public var text: String { "{}" }

  /// The cross-entropy of right and wrong at the last token.
  public var objective: SequenceOutcomeObjective { SequenceOutcomeObjective() }

  /// The tokens of a prompt and its answer, with the label at the last.
  public func example(
    of row: DataRow, _ encoder: RowEncoder, ignoring ignored: [String]
  ) throws(RowProblem) -> LabelledExample<Float> {
    let row = try OutcomeRow(row, ignoring: ignored)
    let sequence = try encoder.encode(row)
    return LabelledExample(tokens: sequence.tokens, label: row.label, cutTokens: sequence.cutTokens)
  }

  /// A reward model's.
  public func startsFrom(_ kind: HeadKind) -> Bool { kind == .scalar }

  /// The head of a reward model, whose rewards become logits.
  public func head(from loaded: ScalarHead) -> ScalarHead? { loaded.named(.outcome) }

  /// A head of new numbers.
  public func newHead(on decoder: Decoder, seed: UInt64) -> ScalarHead {
    ScalarHead(
      width: decoder.configuration.width, labels: .outcome, from: RandomParameters(seed: seed))
  }

  /// The loss, and how well the logits tell right from wrong.
  public func evaluate(
    _ model: Model<ScalarHead>, on examples: [LabelledExample<Float>]
  ) -> HeldOutReport {
    let report = OutcomeEvaluation.report(of: model, on: examples)
    return HeldOutReport(loss: report.loss, figures: report.answers.figures)
  }
}
