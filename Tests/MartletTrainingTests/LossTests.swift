import MartletTensor
import Testing

@testable import MartletTraining

/// Losses against numbers taken by hand.
@Suite struct LossTests {
  @Test func crossEntropyByHand() {
    var loss = LossSum()
    CrossEntropy().add(Tensor([-1, -2]), weights: [1, 0.5], to: &loss)
    // 1 · 1 + 0.5 · 2
    #expect(loss.sum == 2 && loss.weight == 1.5)
    CrossEntropy().add(Tensor([-3, -10]), weights: [2, 0], to: &loss)
    // and 2 · 3 + 0 · 10
    #expect(loss.sum == 8 && loss.weight == 3.5)
    #expect(loss.mean == 8 / 3.5)
    #expect(CrossEntropy().gradient(weights: [1, 0.5], totalWeight: 8).scalars == [-0.125, -0.0625])
    #expect(CrossEntropy().gradient(weights: [2, 0], totalWeight: 8).scalars == [-0.25, 0])
  }

  @Test func aSumDoesNotDependOnItsCuts() {
    let losses = RandomStream(seed: 1, name: "losses").integers(below: 1000, at: 0..<99).map { Float($0) / 7 }
    let weights = Array(repeating: Float(0.3), count: 99)
    var (whole, parts) = (LossSum(), LossSum())
    whole.add(losses, weights: weights)
    for cut in [0..<1, 1..<50, 50..<50, 50..<99] {
      parts.add(Array(losses[cut]), weights: Array(weights[cut]))
    }
    #expect(whole == parts)
    #expect(LossSum().mean.isNaN)
  }

  @Test func clippingByHand() {
    // √(3² + 4² + 12²) = 13
    let (first, second) = (Parameter("a", .zeros([2])), Parameter("b", .zeros([1, 1])))
    #expect(GradientNorm.of([first, second]) == 0)
    first.tensor.backward(Tensor([3, 4]))
    #expect(GradientNorm.of([first, second]) == 5)
    second.tensor.backward(Tensor([-12], shape: [1, 1]))
    #expect(GradientNorm.of([first, second]) == 13)

    #expect(GradientNorm.scale(norm: 13, limit: 1) == Float(1 / 13.000001))
    #expect(GradientNorm.scale(norm: 0.5, limit: 1) == 1)
    #expect(GradientNorm.scale(norm: 0, limit: 1) == 1)
    #expect(GradientNorm.scale(norm: 13, limit: 0) == 1)
  }
}
