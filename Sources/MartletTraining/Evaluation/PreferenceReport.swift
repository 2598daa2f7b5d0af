import MartletTensor

/// How well rewards agree with preferences, over pairs of answers.
public struct PreferenceReport: Sendable, Equatable {
  /// One pair as it was judged.
  public struct Pair: Sendable, Equatable {
    /// The reward of the preferred answer less that of the other.
    public let margin: Double
    /// The tokens of the preferred answer less those of the other.
    public let lengthDifference: Int

    /// A pair.
    public init(margin: Double, lengthDifference: Int) {
      (self.margin, self.lengthDifference) = (margin, lengthDifference)
    }

    /// 1 when the preferred answer has the higher reward, ½ when both have the same.
    var agreement: Double { margin > 0 ? 1 : margin == 0 ? 0.5 : 0 }
  }

  /// Pairs that have something in common.
  public struct Part: Sendable, Equatable {
    /// How many.
    public let count: Int
    /// The share in which the preferred answer has the higher reward; ties count half. Not a number without pairs.
    public let accuracy: Double
    /// The mean probability σ(|margin|) that the rewards give to their own choice.
    public let confidence: Double
  }

  /// All pairs.
  public let whole: Part
  /// The mean margin, in units of reward.
  public let meanMargin: Double
  /// The 5th, 25th, 50th, 75th and 95th hundredth of the margins.
  public let marginQuantiles: [Double]
  /// The pairs whose preferred answer is shorter, as long, and longer.
  public let byLength: (shorter: Part, equal: Part, longer: Part)
  /// Pairs by the confidence of the rewards in their own choice, in ten equal steps from ½ to 1; well calibrated
  /// rewards are right as often as they are confident.
  public let calibration: [Part]
  /// The mean difference of accuracy and confidence over the steps of ``calibration``, weighted by their pairs.
  ///
  /// - Source: Naeini et al. 2015 (expected calibration error).
  public let calibrationError: Double
  /// The accuracy of preferring the shorter answer always, and of the longer one.
  public let baselines: (shortest: Double, longest: Double)
  /// Spearman's ρ of the rewards with the true ones, over all answers; nil where those are not known.
  public let rankCorrelation: Double?

  /// The report of pairs.
  public init(_ pairs: [Pair], rankCorrelation: Double? = nil) {
    self.rankCorrelation = rankCorrelation
    whole = Self.part(pairs)
    let margins = pairs.map(\.margin).sorted()
    meanMargin = margins.reduce(0, +) / Double(margins.count)
    marginQuantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map { Self.quantile($0, of: margins) }
    byLength = (
      Self.part(pairs.filter { $0.lengthDifference < 0 }),
      Self.part(pairs.filter { $0.lengthDifference == 0 }),
      Self.part(pairs.filter { $0.lengthDifference > 0 })
    )
    let steps = pairs.map { pair -> Int? in
      // A model that has diverged is sure of nothing.
      let confidence = Self.confidence(pair.margin)
      return confidence.isNaN ? nil : min(Int((confidence - 0.5) * 20), 9)
    }
    calibration = (0..<10).map { step in Self.part(zip(pairs, steps).filter { $1 == step }.map(\.0)) }
    calibrationError =
      calibration.filter { $0.count > 0 }.reduce(0) {
        $0 + Double($1.count) * abs($1.accuracy - $1.confidence)
      } / Double(pairs.count)
    let ties = 0.5 * Double(byLength.equal.count)
    baselines = (
      (Double(byLength.shorter.count) + ties) / Double(pairs.count),
      (Double(byLength.longer.count) + ties) / Double(pairs.count)
    )
  }

  private static func part(_ pairs: [Pair]) -> Part {
    let count = Double(pairs.count)
    return Part(
      count: pairs.count, accuracy: pairs.reduce(0) { $0 + $1.agreement } / count,
      confidence: pairs.reduce(0) { $0 + confidence($1.margin) } / count)
  }

  /// σ(|margin|).
  private static func confidence(_ margin: Double) -> Double { 1 / (1 + ExactMath.exp(-abs(margin))) }

  /// Between the two nearest values, in proportion; not a number without values.
  private static func quantile(_ fraction: Double, of sorted: [Double]) -> Double {
    if sorted.isEmpty { return .nan }
    let place = fraction * Double(sorted.count - 1)
    let (low, rest) = (Int(place), place - Double(Int(place)))
    return sorted[low] + rest * (sorted[min(low + 1, sorted.count - 1)] - sorted[low])
  }

  /// Equal figures.
  public static func == (left: PreferenceReport, right: PreferenceReport) -> Bool {
    left.whole == right.whole && left.meanMargin == right.meanMargin
      && left.marginQuantiles == right.marginQuantiles && left.byLength == right.byLength
      && left.calibration == right.calibration && left.baselines == right.baselines
      && left.rankCorrelation == right.rankCorrelation
  }
}

extension PreferenceReport {
  /// Every figure, by the name under which metrics and results keep it.
  ///
  /// `calibration_50_count`, `…_accuracy` and `…_confidence` are of the pairs of which the rewards are sure to 50 up to 55
  /// hundredths, and so on.
  public var figures: [(name: String, value: Double)] {
    var figures = [
      ("accuracy", whole.accuracy), ("pairs", Double(whole.count)), ("mean_margin", meanMargin),
    ]
    for (name, value) in zip(["05", "25", "50", "75", "95"], marginQuantiles) {
      figures.append(("margin_quantile_\(name)", value))
    }
    for (name, part) in [
      ("shorter", byLength.shorter), ("equal", byLength.equal), ("longer", byLength.longer),
    ] {
      figures.append(("pairs_chosen_\(name)", Double(part.count)))
      figures.append(("accuracy_chosen_\(name)", part.accuracy))
    }
    figures.append(("accuracy_of_shortest", baselines.shortest))
    figures.append(("accuracy_of_longest", baselines.longest))
    figures.append(("calibration_error", calibrationError))
    for (step, part) in calibration.enumerated() where part.count > 0 {
      let name = "calibration_\(50 + 5 * step)"
      figures.append((name + "_count", Double(part.count)))
      figures.append((name + "_accuracy", part.accuracy))
      figures.append((name + "_confidence", part.confidence))
    }
    if let rankCorrelation { figures.append(("rank_correlation", rankCorrelation)) }
    return figures
  }
}
