import MartletModel
import MartletText

/// A verifier: the probability that an answer is right, at each of its tokens.
///
/// - Source: Cobbe et al. 2021, arXiv:2110.14168, section 4.2 (token-level verifiers).
public struct OutcomeTask: FineTuningTask {
  /// "outcome".
  public static let name = "outcome"

  /// The task, which has no options.
  public init() {}

  /// Nothing to read.
  public init(parsing text: String, file: String) throws(MartletError) {}

  /// An empty object.
  public var text: String { "{}" }

  /// The cross-entropy of right and wrong at each token of the answer.
  public var objective: OutcomeObjective { OutcomeObjective() }

  /// The tokens of a prompt and its answer, with the label at each of the answer's.
  public func example(
    of row: DataRow, _ encoder: RowEncoder, ignoring ignored: [String]
  ) throws(RowProblem) -> LabelledExample<Float> {
    let row = try OutcomeRow(row, ignoring: ignored)
    let sequence = try encoder.encode(row)
    let places = sequence.tokens.indices.filter { sequence.isLearned[$0] }
    return LabelledExample(
      tokens: sequence.tokens, places: places, labels: places.map { _ in row.label },
      cutTokens: sequence.cutTokens)
  }

  /// Another verifier's.
  public func startsFrom(_ kind: HeadKind) -> Bool { kind == .tokenClassifier(classes: 1) }

  /// The head of another verifier, whatever its class is called.
  public func head(from loaded: TokenClassifierHead) -> TokenClassifierHead? { loaded.named(.outcome) }

  /// A head of new numbers, of the one class of right answers.
  public func newHead(on decoder: Decoder, seed: UInt64) -> TokenClassifierHead {
    TokenClassifierHead(width: decoder.configuration.width, labels: .outcome, seed: seed)
  }

  /// The loss over all tokens, how well the last of each answer tells right from wrong, and how well all do.
  public func evaluate(
    _ model: Model<TokenClassifierHead>, on examples: [LabelledExample<Float>]
  ) -> HeldOutReport {
    let report = OutcomeEvaluation.report(of: model, on: examples)
    return HeldOutReport(
      loss: report.loss,
      figures: report.answers.figures + [
        ("token_accuracy", report.tokens.accuracy), ("tokens", Double(report.tokens.count)),
        ("token_calibration_error", report.tokens.calibration.error),
      ])
  }
}

extension ClassLabels {
  /// The one class of right answers: its logit's sigmoid is the probability of being one.
  static let outcome = ClassLabels(["right"], problem: .multipleLabels)
}
