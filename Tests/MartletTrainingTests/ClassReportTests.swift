import MartletTensor
import Testing

@testable import MartletTraining

/// Figures of outcomes, classes and steps against numbers taken by hand.
@Suite struct ClassReportTests {
  @Test func outcomesByHand() {
    // Logits whose sigmoids are ¾, ¼, ¾, ½.
    let third: Float = 1.0986123
    let report = OutcomeReport(logits: [third, -third, third, 0], labels: [1, 0, 0, 1])
    // Right, right, wrong, and half for the tie.
    #expect(report.accuracy == 2.5 / 4 && report.baseline == 0.5 && report.count == 4)
    // −log ¾ twice, −log ¼, −log ½
    #expect(abs(report.logLoss - (2 * 0.287682072 + 1.386294361 + 0.693147181) / 4) < 1e-6)
    // Of the four pairs: ¾ against ¼ won, ¾ against ¾ a tie, ½ against ¼ won, ½ against ¾ lost.
    #expect(report.areaUnderCurve == 2.5 / 4)
    #expect(report.calibration.steps.map(\.count) == [0, 0, 1, 0, 0, 1, 0, 2, 0, 0])
    // |0 − ¼| + |1 − ½| + |1 − 1.5|, over four.
    #expect(abs(report.calibration.error - (0.25 + 0.5 + 0.5) / 4) < 1e-6)
    #expect(report == OutcomeReport(logits: [third, -third, third, 0], labels: [1, 0, 0, 1]))
  }

  /// A label of ¾ is three quarters of a right answer.
  @Test func probabilitiesAsLabels() {
    let report = OutcomeReport(logits: [2, -2], labels: [0.75, 0.25])
    #expect(report.accuracy == 0.75 && report.baseline == 0.5)
    // Pairs: ¾ · ¾ won, ¼ · ¼ lost, and each with itself a tie: (9/16 + 2 · 3/32) / 1.
    #expect(report.areaUnderCurve == 0.75)
  }

  @Test func areaByHand() {
    #expect(AreaUnderCurve.area([1, 2, 3, 4], labels: [0, 0, 1, 1]) == 1)
    #expect(AreaUnderCurve.area([4, 3, 2, 1], labels: [0, 0, 1, 1]) == 0)
    #expect(AreaUnderCurve.area([1, 1, 1], labels: [0, 1, 1]) == 0.5)
    // Right answers at 0.35 and 0.8 above wrong ones at 0.1 and 0.4: three of four.
    #expect(AreaUnderCurve.area([0.1, 0.4, 0.35, 0.8], labels: [0, 0, 1, 1]) == 0.75)
    #expect(
      AreaUnderCurve.area([1, 2], labels: [1, 1]) == nil && AreaUnderCurve.area([], labels: []) == nil)
    #expect(AreaUnderCurve.area([.nan, 2], labels: [0, 1]) == nil)
  }

  @Test func classesByHand() {
    // The likeliest: a, b, b, a, c; of a tie the first.
    let logits: [[Float]] = [[2, 0, 0], [0, 1, 0], [0, 3, 0], [1, 1, 1], [0, 0, 5]]
    let report = ClassReport(logits: logits, labels: [0, 0, 1, 1, 2], names: ["a", "b", "c"])
    #expect(report.accuracy == 3.0 / 5 && report.baseline == 2.0 / 5)
    #expect(report.classes.map(\.count) == [2, 2, 1] && report.classes.map(\.predicted) == [2, 2, 1])
    #expect(report.classes.map(\.right) == [1, 1, 1])
    #expect(report.classes[0].precision == 0.5 && report.classes[0].recall == 0.5)
    #expect(report.classes.map(\.f1) == [0.5, 0.5, 1] && abs(report.macroF1 - 2.0 / 3) < 1e-12)
    #expect(report.areaUnderCurve == nil)
    // log(e² + 2) − 2, log(2 + e) − 0, log(2 + e³) − 3, log 3, log(2 + e⁵) − 5
    let losses = [0.239544766, 1.551444714, 0.094922956, 1.098612289, 0.013385902]
    #expect(abs(report.logLoss - losses.reduce(0, +) / 5) < 1e-5)
  }

  /// A class that neither is nor was said to be is left out of the mean; one that is never found counts 0.
  @Test func rareClasses() {
    let report = ClassReport(
      logits: [[1, 0, 0], [1, 0, 0]], labels: [0, 1], names: ["a", "b", "unused"])
    // a: precision ½, recall 1, so ⅔; b: 0.
    #expect(abs(report.macroF1 - 1.0 / 3) < 1e-12 && report.classes[2].f1 == 0)
  }

  @Test func stepsByHand() {
    func wrong(_ isWrong: Bool) -> [Float] { isWrong ? [1, 0] : [0, 1] }
    // First wrong: the second, none, the first; found: the second, the first, the first.
    let report = ProcessReport(
      logits: [
        [wrong(false), wrong(true), wrong(false)], [wrong(true), wrong(false)], [wrong(true)],
      ], labels: [[1, 0, 0], [1, 1], [0]], names: ["false", "true"])
    #expect(report.answers == 3 && abs(report.firstWrongAccuracy - 2.0 / 3) < 1e-12)
    #expect(abs(report.firstWrongBaseline - 1.0 / 3) < 1e-12)
    // Steps: right, right, wrong, wrong, right, right.
    #expect(abs(report.steps.accuracy - 4.0 / 6) < 1e-12 && report.steps.baseline == 0.5)
    #expect(report.steps.areaUnderCurve != nil)
  }

  /// Damaged logits give figures that are not numbers, and no trap.
  @Test func damagedLogits() {
    let outcomes = OutcomeReport(logits: [.nan, .infinity], labels: [1, 0])
    #expect(outcomes.areaUnderCurve == nil && !outcomes.logLoss.isFinite)
    let classes = ClassReport(logits: [[.nan, 1], [.infinity, 0]], labels: [0, 1], names: ["a", "b"])
    #expect(!classes.logLoss.isFinite)
    #expect(OutcomeReport(logits: [], labels: []).accuracy.isNaN)
    #expect(ProcessReport(logits: [], labels: [], names: ["a"]).firstWrongAccuracy.isNaN)
  }
}
