import MartletTensor

/// How well logits tell right answers from wrong ones.
///
/// A label may be a probability: an answer then counts as right by that share.
public struct OutcomeReport: Sendable, Equatable {
  /// How many answers.
  public let count: Int
  /// The share whose side of 0 is the label's; a logit of 0 counts half. Not a number without answers.
  public let accuracy: Double
  /// The mean of −y · log σ(z) − (1 − y) · log σ(−z), in nats.
  public let logLoss: Double
  /// The area under the receiver operating characteristic; nil when all labels are the same.
  public let areaUnderCurve: Double?
  /// How often an answer is right, by the probability it is given.
  public let calibration: CalibrationCurve
  /// The accuracy of always giving the more frequent label.
  public let baseline: Double

  /// The report of answers.
  ///
  /// - Parameter labels: the probability that each answer is right, from 0 to 1.
  public init(logits: [Float], labels: [Float]) {
    precondition(
      logits.count == labels.count, "OutcomeReport: \(labels.count) labels of \(logits.count) logits")
    let (logits, labels) = (logits.map(Double.init), labels.map(Double.init))
    let total = Double(labels.count)
    count = labels.count
    accuracy =
      zip(logits, labels).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : $1.0 < 0 ? 1 - $1.1 : 0.5) } / total
    logLoss =
      zip(logits, labels).reduce(0) { sum, pair in
        // −log σ(z) = max(−z, 0) + log(1 + e^−|z|)
        let rest = ExactMath.log(1 + ExactMath.exp(-abs(pair.0)))
        return sum + rest + pair.1 * max(-pair.0, 0) + (1 - pair.1) * max(pair.0, 0)
      } / total
    areaUnderCurve = AreaUnderCurve.area(logits, labels: labels)
    calibration = CalibrationCurve(
      confidences: logits.map { 1 / (1 + ExactMath.exp(-$0)) }, outcomes: labels)
    let share = labels.reduce(0, +) / total
    baseline = max(share, 1 - share)
  }
}
