import Testing

@testable import MartletTraining

/// Figures of rewards against numbers taken by hand.
@Suite struct PreferenceReportTests {
  @Test func figuresByHand() {
    let report = PreferenceReport([
      .init(margin: 2, lengthDifference: -3), .init(margin: -1, lengthDifference: 4),
      .init(margin: 0, lengthDifference: 0), .init(margin: 3, lengthDifference: 1),
    ])
    #expect(report.whole.accuracy == 2.5 / 4 && report.meanMargin == 1)
    #expect(report.byLength.shorter.accuracy == 1 && report.byLength.shorter.count == 1)
    #expect(report.byLength.equal.accuracy == 0.5 && report.byLength.longer.accuracy == 0.5)
    // Always the shorter: right once, and half for the tie.
    #expect(report.baselines.shortest == 1.5 / 4 && report.baselines.longest == 2.5 / 4)
    // -1, 0, 2, 3
    #expect(report.marginQuantiles[2] == 1 && abs(report.marginQuantiles[0] + 0.85) < 1e-12)
    // σ(0) = 0.5, σ(1) = 0.731, σ(2) = 0.881, σ(3) = 0.953
    #expect(report.calibration.map(\.count) == [1, 0, 0, 0, 1, 0, 0, 1, 0, 1])
    #expect(abs(report.calibration[4].confidence - 0.7310586) < 1e-6 && report.calibration[4].accuracy == 0)
    #expect(abs(report.calibrationError - (0 + 0.7310586 + 0.1192029 + 0.0474259) / 4) < 1e-6)
  }

  @Test func whatIsNoNumberIsInNoStep() {
    let pairs: [PreferenceReport.Pair] = [
      .init(margin: .nan, lengthDifference: 0), .init(margin: .infinity, lengthDifference: 1),
    ]
    #expect(PreferenceReport(pairs).calibration.map(\.count) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  }

  @Test func spearmanByHand() {
    #expect(RankCorrelation.spearman([1, 2, 3, 4], [10, 20, 30, 40]) == 1)
    #expect(RankCorrelation.spearman([1, 2, 3, 4], [4, 3, 2, 1]) == -1)
    // Ranks 1 2 3 4 5 against 2 1 4 3 5: 1 − 6 · 4 / (5 · 24)
    #expect(abs(RankCorrelation.spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])! - 0.8) < 1e-12)
    // Ranks 1.5 1.5 3 against 1 2 3: 1.5 / √(1.5 · 2)
    #expect(abs(RankCorrelation.spearman([7, 7, 9], [1, 2, 3])! - 1.5 / 3.0.squareRoot()) < 1e-12)
    #expect(RankCorrelation.spearman([1, 1], [1, 2]) == nil && RankCorrelation.spearman([1], [1]) == nil)
    #expect(RankCorrelation.spearman([1, .nan], [1, 2]) == nil)
  }
}
