import MartletInference
import MartletTensor

/// How well logits of k classes agree with labels.
public struct ClassReport: Sendable, Equatable {
  /// One class.
  public struct Part: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// How many are of it.
    public let count: Int
    /// How many were said to be of it.
    public let predicted: Int
    /// How many of those are.
    public let right: Int

    /// The share of what was said to be of it that is; 0 when nothing was.
    public var precision: Double { predicted == 0 ? 0 : Double(right) / Double(predicted) }
    /// The share of what is of it that was said to be; 0 when nothing is.
    public var recall: Double { count == 0 ? 0 : Double(right) / Double(count) }
    /// The harmonic mean of precision and recall; 0 when nothing is, or was said to be, of it.
    ///
    /// - Source: van Rijsbergen 1979.
    public var f1: Double { count + predicted == 0 ? 0 : 2 * Double(right) / Double(count + predicted) }
  }

  /// Each class, in the order of their numbers.
  public let classes: [Part]
  /// How many examples.
  public let count: Int
  /// The share whose likeliest class is the label. Not a number without examples.
  public let accuracy: Double
  /// The mean of ``Part/f1`` over the classes that occur or were said to.
  public let macroF1: Double
  /// The mean of −log P(label), in nats.
  public let logLoss: Double
  /// How often the likeliest class is the label, by its probability.
  public let calibration: CalibrationCurve
  /// Of two classes the area under the receiver operating characteristic of the second; nil of more, or when all labels
  /// are the same.
  public let areaUnderCurve: Double?
  /// The accuracy of always giving the most frequent class.
  public let baseline: Double

  /// The report of examples.
  ///
  /// - Parameters:
  ///   - logits: for each example one of each class.
  ///   - labels: the number of each example's class.
  ///   - names: the classes' names.
  public init(logits: [[Float]], labels: [Int], names: [String]) {
    precondition(
      logits.count == labels.count && logits.allSatisfy { $0.count == names.count }
        && labels.allSatisfy(names.indices.contains),
      "ClassReport: \(labels.count) labels of \(logits.count) rows of \(names.count) classes")
    let choices = logits.map(ClassProbabilities.likeliest)
    let logProbabilities = logits.map(ClassProbabilities.logarithms)
    let isRight = zip(choices, labels).map { $0 == $1 ? 1.0 : 0.0 }
    let total = Double(labels.count)
    var (counts, predicted, right) = ([Int](repeating: 0, count: names.count), [Int](), [Int]())
    (predicted, right) = (counts, counts)
    for (choice, label) in zip(choices, labels) {
      counts[label] += 1
      predicted[choice] += 1
      if choice == label { right[label] += 1 }
    }
    classes = names.indices.map { place in
      Part(name: names[place], count: counts[place], predicted: predicted[place], right: right[place])
    }
    count = labels.count
    accuracy = isRight.reduce(0, +) / total
    let occurring = classes.filter { $0.count + $0.predicted > 0 }
    macroF1 = occurring.reduce(0) { $0 + $1.f1 } / Double(occurring.count)
    logLoss = zip(logProbabilities, labels).reduce(0) { $0 - $1.0[$1.1] } / total
    calibration = CalibrationCurve(
      confidences: zip(logProbabilities, choices).map { ExactMath.exp($0[$1]) }, outcomes: isRight)
    areaUnderCurve =
      names.count == 2
      ? AreaUnderCurve.area(
        logits.map { Double($0[1]) - Double($0[0]) }, labels: labels.map { Double($0) }) : nil
    baseline = Double(counts.max() ?? 0) / total
  }
}
