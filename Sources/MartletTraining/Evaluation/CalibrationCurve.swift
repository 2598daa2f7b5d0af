/// How often predictions are right, by how sure they are.
public struct CalibrationCurve: Sendable, Equatable {
  /// Predictions of about the same confidence.
  public struct Step: Sendable, Equatable {
    /// How many.
    public let count: Int
    /// Their mean confidence; not a number without predictions.
    public let confidence: Double
    /// The share of them that is right; not a number without predictions.
    public let accuracy: Double
  }

  /// Ten equal steps of confidence, from 0 to 1.
  public let steps: [Step]
  /// The mean difference of accuracy and confidence over the steps, weighted by their predictions; not a number without
  /// predictions.
  ///
  /// - Source: Naeini et al. 2015 (expected calibration error).
  public let error: Double

  /// The curve of predictions.
  ///
  /// - Parameters:
  ///   - confidences: the probability each prediction was given, from 0 to 1.
  ///   - outcomes: for each 1 when it was right, 0 when it was not, or the probability that it was.
  public init(confidences: [Double], outcomes: [Double]) {
    precondition(
      confidences.count == outcomes.count,
      "CalibrationCurve: \(outcomes.count) outcomes of \(confidences.count) predictions")
    var sums = Array(repeating: (count: 0, confidence: 0.0, outcome: 0.0), count: 10)
    for (confidence, outcome) in zip(confidences, outcomes) {
      // What is not a number belongs to no step; such a model's loss says so already.
      guard (0...1).contains(confidence) else { continue }
      let step = min(Int(confidence * 10), 9)
      sums[step] = (sums[step].count + 1, sums[step].confidence + confidence, sums[step].outcome + outcome)
    }
    steps = sums.map { sum in
      let count = Double(sum.count)
      return Step(count: sum.count, confidence: sum.confidence / count, accuracy: sum.outcome / count)
    }
    error =
      sums.reduce(0) { $0 + abs($1.outcome - $1.confidence) } / Double(sums.reduce(0) { $0 + $1.count })
  }

  /// Equal figures, those that are not numbers among them.
  public static func == (left: CalibrationCurve, right: CalibrationCurve) -> Bool {
    zip(left.steps, right.steps).allSatisfy { $0.count == $1.count && ($0.count == 0 || $0 == $1) }
  }
}
