import MartletTensor
import Testing

@testable import MartletTraining

/// The losses of outcomes and of classes against numbers taken by hand.
@Suite struct ClassLossTests {
  private func mean(_ terms: LossTerms) -> Double {
    var loss = LossSum()
    loss.add(terms)
    return loss.mean
  }

  /// σ(0) = ½; −log σ(2) = log(1 + e⁻²) = 0.126928; −log σ(−1) for a no at 1 is log(1 + e) = 1.313262.
  @Test func outcomesByHand() {
    let terms = BinaryCrossEntropy().terms(of: Tensor([0, 2, 1]), labels: [1, 1, 0])
    #expect(terms.values.shape == [3] && terms.weights == [1, 1, 1] && terms.groups == 3)
    for (found, expected) in zip(terms.values.scalars, [0.693147181, 0.126928011, 1.313261688]) {
      #expect(abs(Double(found) - expected) < 1e-7)
    }
    #expect(abs(mean(terms) - (0.693147181 + 0.126928011 + 1.313261688) / 3) < 1e-7)
  }

  /// A label of ¼ at a logit of log 3, where σ = ¾: ¼ · −log ¾ + ¾ · −log ¼ = 0.071921 + 1.039721.
  @Test func probabilitiesAsLabels() {
    let terms = BinaryCrossEntropy().terms(of: Tensor([1.0986123]), labels: [0.25])
    #expect(abs(mean(terms) - 1.111641) < 1e-6)
  }

  /// Huge logits neither overflow nor lose a loss that is small: e⁻³⁰ for a logit of 30.
  @Test func outcomesAtTheEnds() {
    let values = BinaryCrossEntropy().terms(
      of: Tensor([1e30, -1e30, 1e30, -1e30, 30, -30]), labels: [1, 1, 0, 0, 1, 0]
    ).values.scalars
    #expect(values[0] == 0 && values[1] == 1e30 && values[2] == 1e30 && values[3] == 0)
    for value in values[4...] { #expect(abs(Double(value) / 9.357622969e-14 - 1) < 1e-6) }
  }

  /// d/dz = σ(z) − y, over the whole step's count.
  @Test func gradientOfOutcomes() {
    let logits = Parameter("logits", Tensor([0, 1.0986123, -1.0986123]))
    let terms = BinaryCrossEntropy().terms(of: logits.tensor, labels: [1, 0, 0.5])
    terms.values.backward(terms.gradient(totalGroups: 6))
    let expected: [Double] = [-0.5 / 6, 0.75 / 6, -0.25 / 6]
    for (found, expected) in zip(logits.gradient!.scalars, expected) {
      #expect(abs(Double(found) - expected) < 1e-7)
    }
  }

  /// Logits log 1, log 2, log 5 have the probabilities ⅛, ¼, ⅝; equal ones a third each.
  @Test func classesByHand() {
    let rows = Tensor([0, 0.69314718, 1.6094379, 7, 7, 7]).reshaped([2, 3])
    let terms = ClassCrossEntropy().terms(of: rows, classes: [1, 0])
    #expect(terms.values.shape == [2] && terms.groups == 2)
    // −log ¼ and −log ⅓
    #expect(abs(Double(terms.values.scalars[0]) - 1.386294361) < 1e-6)
    #expect(abs(Double(terms.values.scalars[1]) - 1.098612289) < 1e-6)
    #expect(abs(mean(terms) - (1.386294361 + 1.098612289) / 2) < 1e-6)
  }

  /// d/dz = softmax(z) − 1 at the class, over the whole step's count.
  @Test func gradientOfClasses() {
    let logits = Parameter("logits", Tensor([0, 0.69314718, 1.6094379]).reshaped([1, 3]))
    let terms = ClassCrossEntropy().terms(of: logits.tensor, classes: [1])
    terms.values.backward(terms.gradient(totalGroups: 2))
    for (found, expected) in zip(logits.gradient!.scalars, [0.125 / 2, -0.75 / 2, 0.625 / 2]) {
      #expect(abs(Double(found) - expected) < 1e-7)
    }
  }

  /// Two classes are an outcome whose logit is their difference.
  @Test func twoClassesAreAnOutcome() {
    let classes = ClassCrossEntropy().terms(
      of: Tensor([0.5, 2, -1, 3, 0, -4]).reshaped([3, 2]), classes: [1, 0, 0])
    let outcomes = BinaryCrossEntropy().terms(of: Tensor([1.5, 4, -4]), labels: [1, 0, 0])
    for (a, b) in zip(classes.values.scalars, outcomes.values.scalars) { #expect(abs(a - b) < 1e-6) }
  }

  @Test func hugeLogitsOfClassesStayFinite() {
    let values = ClassCrossEntropy().terms(
      of: Tensor([1e30, 0, -1e30, 1e30]).reshaped([2, 2]), classes: [0, 0]
    ).values.scalars
    #expect(values[0] == 0 && values[1] == 2e30)
  }
}
