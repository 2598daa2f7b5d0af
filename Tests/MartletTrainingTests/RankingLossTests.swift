import MartletTensor
import Testing

@testable import MartletTraining

/// Losses of rankings against numbers taken by hand.
@Suite struct RankingLossTests {
  /// −log σ(x) = log(1 + e^−x).
  private func softplus(_ x: Double) -> Double { ExactMath.log(1 + ExactMath.exp(-x)) }

  private func mean(_ terms: LossTerms) -> Double {
    var loss = LossSum()
    loss.add(terms)
    return loss.mean
  }

  @Test func aPairByHand() {
    let groups = RankedGroups(sizes: [2, 2])
    // Differences 2 and -1.
    let terms = BradleyTerry().terms(of: Tensor([3, 1, 0, 1]), in: groups)
    #expect(terms.values.shape == [2] && terms.weights == [1, 1] && terms.groups == 2)
    // log(1 + e^-2) = 0.126928, log(1 + e) = 1.313262
    #expect(abs(mean(terms) - (0.126928011 + 1.313261688) / 2) < 1e-7)
  }

  @Test func marginsAndCentringByHand() {
    let groups = RankedGroups(sizes: [2], margins: [0.5])
    let terms = BradleyTerry(centring: 0.1).terms(of: Tensor([1, -0.5]), in: groups)
    // −log σ(1.5 − 0.5) + 0.1 · 0.5² = 0.313262 + 0.025
    #expect(abs(mean(terms) - (0.313261688 + 0.025)) < 1e-7)
  }

  /// Three answers are three pairs that together count as one prompt (InstructGPT, equation 1).
  @Test func allPairsByHand() {
    let terms = BradleyTerry().terms(
      of: Tensor([2, 1, -1, 0, 0]), in: RankedGroups(sizes: [3, 2]))
    #expect(terms.values.count == 4)
    let first = (softplus(1) + softplus(3) + softplus(2)) / 3
    #expect(abs(mean(terms) - (first + softplus(0)) / 2) < 1e-6)
  }

  /// P = e²/(e² + e + e⁻¹) · e/(e + e⁻¹), beside a pair with P = σ(1).
  @Test func rankingsByHand() {
    let exp = ExactMath.exp
    let terms = PlackettLuce().terms(
      of: Tensor([2, 1, -1, 0.5, -0.5]), in: RankedGroups(sizes: [3, 2]))
    let likelihood = exp(2) / (exp(2) + exp(1) + exp(-1)) * exp(1) / (exp(1) + exp(-1))
    #expect(abs(mean(terms) - (-ExactMath.log(likelihood) + softplus(1)) / 2) < 1e-6)
  }

  @Test func twoAnswersAreAPair() {
    let (rewards, groups) = (Tensor([0.3, -1.7, 4, 9]), RankedGroups(sizes: [2, 2]))
    #expect(
      PlackettLuce().terms(of: rewards, in: groups).values.scalars
        == BradleyTerry().terms(of: rewards, in: groups).values.scalars)
  }

  @Test func hugeDifferencesStayFinite() {
    for loss: any RankingLoss in [BradleyTerry(), PlackettLuce()] {
      let terms = loss.terms(of: Tensor([-1e30, 200, 1e30]), in: RankedGroups(sizes: [3]))
      #expect(terms.values.scalars.allSatisfy { $0.isFinite && $0 >= 0 })
    }
  }

  /// d/dr of the mean loss, against differences of the loss itself.
  @Test(arguments: [0, 1]) func gradients(kind: Int) {
    let loss: any RankingLoss = kind == 0 ? BradleyTerry(centring: 0.05) : PlackettLuce()
    let groups = RankedGroups(sizes: [2, 4, 3], margins: kind == 0 ? [0.1, 0, 0.7] : nil)
    let rewards: [Float] = [0.5, -0.25, 1, 0.75, -0.5, 2, 0.125, 0, 0.25]
    let parameter = Parameter("rewards", Tensor(rewards))
    let terms = loss.terms(of: parameter.tensor, in: groups)
    terms.values.backward(terms.gradient(totalGroups: groups.count))
    let gradient = parameter.gradient!.scalars
    for place in rewards.indices {
      func value(_ change: Float) -> Double {
        var changed = rewards
        changed[place] += change
        return mean(loss.terms(of: Tensor(changed), in: groups))
      }
      let slope = (value(1 / 64) - value(-1 / 64)) * 32
      #expect(abs(slope - Double(gradient[place])) < 2e-4, "reward \(place)")
    }
  }

  /// A group's terms, and the gradient in its rewards, are the same bits whatever stands beside it.
  @Test(arguments: [0, 1]) func groupsDoNotTouch(kind: Int) {
    let loss: any RankingLoss = kind == 0 ? BradleyTerry(centring: 0.3) : PlackettLuce()
    let sizes = [2, 4, 3]
    let rewards: [Float] = [0.5, -0.25, 1, 0.75, -0.5, 2, 0.125, 0, 0.25]
    func gradient(_ rewards: [Float], _ sizes: [Int]) -> [Float] {
      let parameter = Parameter("rewards", Tensor(rewards))
      let terms = loss.terms(of: parameter.tensor, in: RankedGroups(sizes: sizes))
      terms.values.backward(terms.gradient(totalGroups: 3))
      return parameter.gradient!.scalars
    }
    let offsets = RankedGroups(sizes: sizes).offsets
    let alone = sizes.indices.flatMap { group in
      gradient(Array(rewards[offsets[group]..<offsets[group + 1]]), [sizes[group]])
    }
    #expect(gradient(rewards, sizes) == alone)
  }
}
