import MartletInference
import MartletModel
import MartletTensor

/// Measures models of classes on what they have not seen.
public enum ClassEvaluation {
  /// The loss of each step, and how well classes agree with labels.
  ///
  /// - Parameter examples: their labels are among the head's classes.
  public static func report(
    of model: Model<TokenClassifierHead>, on examples: [LabelledExample<String>]
  ) -> (loss: LossSum, process: ProcessReport) {
    let names = ClassNames(model.head.classNames)
    let logits = examples.parts.flatMap { part in
      model.logits(of: part.map(\.tokens), at: part.map(\.places))
    }
    let labels = examples.map { names.numbers(of: $0.labels).map(Int.init) }
    return (
      loss(logits.flatMap(\.self), labels.flatMap(\.self)),
      ProcessReport(logits: logits, labels: labels, names: names.names)
    )
  }

  /// The loss of each sequence, and how well classes agree with labels.
  ///
  /// - Parameter examples: their labels are among the head's classes.
  public static func report(
    of model: Model<SequenceClassifierHead>, on examples: [LabelledExample<String>]
  ) -> (loss: LossSum, classes: ClassReport) {
    let names = ClassNames(model.head.classNames)
    let logits = examples.parts.flatMap { part in
      model.logits(of: part.map(\.tokens))
    }
    let labels = examples.flatMap { names.numbers(of: $0.labels).map(Int.init) }
    return (loss(logits, labels), ClassReport(logits: logits, labels: labels, names: names.names))
  }

  private static func loss(_ logits: [[Float]], _ labels: [Int]) -> LossSum {
    var loss = LossSum()
    if logits.isEmpty { return loss }
    let rows = Tensor(logits.flatMap(\.self)).reshaped([logits.count, logits[0].count])
    loss.add(withoutGradients { ClassCrossEntropy().terms(of: rows, classes: labels.map { Int32($0) }) })
    return loss
  }
}
