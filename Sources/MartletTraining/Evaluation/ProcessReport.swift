import MartletInference

/// How well the classes of steps agree with labels, step by step and answer by answer.
///
/// A step is wrong when it is of the lowest class: `false` of two truth values, −1 of −1, 0 and 1.
public struct ProcessReport: Sendable, Equatable {
  /// Over all steps.
  public let steps: ClassReport
  /// How many answers.
  public let answers: Int
  /// The share of answers whose first wrong step was found: the first one said to be wrong is the first that is, or there
  /// is none and none was said to be.
  public let firstWrongAccuracy: Double
  /// ``firstWrongAccuracy`` of always giving the most frequent place, or that there is none.
  public let firstWrongBaseline: Double

  /// The report of answers.
  ///
  /// - Parameters:
  ///   - logits: for each answer, for each of its steps, one of each class.
  ///   - labels: for each answer, the number of each step's class.
  public init(logits: [[[Float]]], labels: [[Int]], names: [String]) {
    steps = ClassReport(logits: logits.flatMap(\.self), labels: labels.flatMap(\.self), names: names)
    answers = labels.count
    let actual = labels.map { $0.firstIndex(of: 0) }
    let said = logits.map { $0.firstIndex { ClassProbabilities.likeliest($0) == 0 } }
    let total = Double(answers)
    firstWrongAccuracy = Double(zip(actual, said).count { $0 == $1 }) / total
    let places = actual.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    firstWrongBaseline = Double(places.values.max() ?? 0) / total
  }
}
