import MartletInference
import MartletModel
import MartletTensor

/// Measures models of outcomes on answers they have not seen.
public enum OutcomeEvaluation {
  /// The loss at every labelled token, how well those logits tell right from wrong, and how well the last of each answer
  /// does.
  public static func report(
    of model: Model<TokenClassifierHead>, on examples: [LabelledExample<Float>]
  ) -> (loss: LossSum, tokens: OutcomeReport, answers: OutcomeReport) {
    let logits = examples.parts.flatMap { part in
      model.logits(of: part.map(\.tokens), at: part.map(\.places)).map { $0.map { $0[0] } }
    }
    let (all, labels) = (logits.flatMap(\.self), examples.flatMap(\.labels))
    return (
      loss(all, labels), OutcomeReport(logits: all, labels: labels),
      OutcomeReport(
        logits: logits.map { $0[$0.count - 1] }, labels: examples.map { $0.labels[$0.labels.count - 1] })
    )
  }

  /// The loss at the last token of each answer, and how well those logits tell right from wrong.
  public static func report(
    of model: Model<ScalarHead>, on examples: [LabelledExample<Float>]
  ) -> (loss: LossSum, answers: OutcomeReport) {
    let logits = examples.parts.flatMap { part in
      model.rewards(of: part.map(\.tokens))
    }
    let labels = examples.flatMap(\.labels)
    return (loss(logits, labels), OutcomeReport(logits: logits, labels: labels))
  }

  private static func loss(_ logits: [Float], _ labels: [Float]) -> LossSum {
    var loss = LossSum()
    loss.add(withoutGradients { BinaryCrossEntropy().terms(of: Tensor(logits), labels: labels) })
    return loss
  }
}
