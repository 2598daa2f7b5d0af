import MartletModel
import MartletTensor
import MartletText

/// Supervised fine-tuning: the cross-entropy of the learned tokens of instructions, conversations and texts.
///
/// - Source: Ouyang et al. 2022, arXiv:2203.02155, section 3.5; the masks as in TRL's `SFTTrainer`.
public struct SupervisedTask: FineTuningTask {
  /// "sft".
  public static let name = "sft"
  /// Which tokens are learned; when nil, what the form of a row usually means: the completion of a prompt, every turn of
  /// the assistant, the whole of a text.
  public var learning: LearnedPart?

  /// The usual options.
  public init() {}

  /// Reads what ``text`` gave.
  ///
  /// - Throws: when a key is missing or of another kind.
  public init(parsing text: String, file: String) throws(MartletError) {
    let reader = try JSONReader(JSON(parsing: text, file: file), file: file)
    if reader["learn"] != nil { learning = try reader.named("learn") as LearnedPart }
  }

  /// The options as a JSON object.
  public var text: String {
    JSON.object(["learn": learning.map { .string($0.rawValue) } ?? .null]).compact
  }

  /// The cross-entropy of each next token.
  public var objective: LanguageModelObjective { LanguageModelObjective() }

  /// The tokens of a row, and which of them are learned.
  public func example(
    of row: DataRow, _ encoder: RowEncoder, ignoring ignored: [String]
  ) throws(RowProblem) -> EncodedSequence {
    let row = try InstructionRow(row, ignoring: ignored)
    return try encoder.encode(row, learning: learning ?? row.usualPart)
  }

  /// A language model's.
  public func startsFrom(_ kind: HeadKind) -> Bool { kind == .languageModel }

  /// A language model always has its head.
  public func newHead(on decoder: Decoder, seed: UInt64) -> LanguageModelHead {
    LanguageModelHead(decoder.configuration, decoder: decoder, from: RandomParameters(seed: seed))
  }

  /// The loss over every learned token, and its perplexity.
  public func evaluate(_ model: LanguageModel, on examples: [EncodedSequence]) -> HeldOutReport {
    var loss = LossSum()
    withoutGradients {
      for part in examples.parts {
        let batch = TokenBatch(Array(part), firstToken: 0)
        loss.add(model.logProbabilities(of: batch).scalars.map { -$0 }, weights: batch.weights)
      }
    }
    return HeldOutReport(
      loss: loss, figures: [("perplexity", ExactMath.exp(loss.mean)), ("learned_tokens", loss.weight)])
  }
}
