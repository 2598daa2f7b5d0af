import MartletModel
import MartletTensor
import Testing

@testable import MartletTraining

/// The balancing loss against numbers derived by hand, and what it does to a router.
@Suite struct LoadBalancingTests {
  /// Three experts, two tokens that each choose two: 0 and 1, 0 and 2. Their probabilities, of logits ln 2, 0 and 0 and
  /// of ln 3, ln 2 and ln 3, are 1/2, 1/4, 1/4 and 3/8, 2/8, 3/8.
  private let logits = Tensor(
    [0.6931472, 0, 0, 1.0986123, 0.6931472, 1.0986123], shape: [2, 3])

  /// f = (2, 1, 1) / 2 and P = (7/16, 1/4, 5/16), so 3 · (7/16 + 1/8 + 5/32) = 69/32.
  @Test func twoTokens() {
    let balancing = LoadBalancing(coefficient: 0.5)
    let load = ExpertLoad(experts: 3, isCheckpointed: false, gradient: balancing.gradient)
    let parameter = Parameter("logits", logits)
    let observed = load.observing(parameter.tensor, choices: [0, 1, 0, 2], layer: 0)
    #expect(observed.scalars == logits.scalars)
    #expect(load.counts == [2, 1, 1])
    #expect(load.rows == 2)
    #expect(abs(balancing.value(load) - 69.0 / 32) < 1e-6)
    // coefficient · E · f / rows.
    #expect(balancing.gradient(load).scalars == [0.75, 0.375, 0.375])
    // Through the softmax: p · (g - Σ p · g), g the gradient above. Nothing comes from further on.
    observed.backward(.zeros([2, 3]))
    let expected: [Float] = [
      0.5 * 0.1875, -0.25 * 0.1875, -0.25 * 0.1875,  // Σ p · g = 0.5625
      0.375 * 0.234375, -0.25 * 0.140625, -0.375 * 0.140625,  // Σ p · g = 0.515625
    ]
    for (found, expected) in zip(parameter.gradient!.scalars, expected) {
      #expect(abs(found - expected) < 1e-7)
    }
  }

  /// An even load costs as much as a token chooses experts.
  @Test func anEvenLoadCostsTheNumberOfChoices() {
    let balancing = LoadBalancing(coefficient: 1)
    let load = ExpertLoad(experts: 4, isCheckpointed: false, gradient: balancing.gradient)
    _ = load.observing(.zeros([2, 4]), choices: [0, 1, 2, 3], layer: 0)
    #expect(abs(balancing.value(load) - 2) < 1e-12)
  }

  /// Layers are taken together, and what is computed again for the gradient is not counted again.
  @Test func everyTokenCountsOnce() {
    let balancing = LoadBalancing(coefficient: 1)
    let load = ExpertLoad(experts: 2, isCheckpointed: true, gradient: balancing.gradient)
    for layer in 0..<2 { _ = load.observing(.zeros([3, 2]), choices: [0, 0, 1], layer: layer) }
    _ = load.observing(Parameter("logits", .zeros([3, 2])).tensor, choices: [1, 1, 1], layer: 0)
    #expect(load.counts == [4, 2] && load.rows == 6)
    load.finishCounting()
    _ = load.observing(.zeros([3, 2]), choices: [1, 1, 1], layer: 0)
    #expect(load.counts == [4, 2] && load.rows == 6)
    #expect(load.probabilities == [3, 3])
  }

  /// Routers with opinions, trained with the loss, come to share the tokens more evenly than without it.
  @Test func trainingWithItBalancesTheLoad() throws {
    func balancing(_ balance: Float) throws -> (first: Double, last: Double) {
      let recipe = TestRuns.recipe {
        ($0.architecture, $0.experts, $0.expertsPerToken, $0.width, $0.heads) = ("mixtral", 6, 1, 32, 4)
        $0.balance = balance
      }
      let trainer = try LanguageModelTrainer(
        recipe, data: TextData(name: "documents", documents: TestRuns.documents))
      for block in trainer.model.decoder.blocks {
        let router = try #require(block.experts).router.weight
        router.value = router.value * 40
      }
      let losses = try (0..<30).map { _ in try #require(try trainer.takeStep().balancingLoss) }
      return (losses[0], losses[29])
    }
    let (with, without) = (try balancing(0.5), try balancing(1e-20))
    #expect(with.first == without.first)
    #expect(with.last < with.first - 0.1)
    #expect(with.last < without.last - 0.1)
  }

  /// Nothing is to be balanced without experts, or with a coefficient of 0.
  @Test func isLeftOutWhereThereIsNothingToBalance() throws {
    for architecture in ["llama", "mixtral"] {
      let recipe = TestRuns.recipe {
        $0.architecture = architecture
        if architecture == "mixtral" { $0.balance = 0 }
      }
      let trainer = try LanguageModelTrainer(
        recipe, data: TextData(name: "documents", documents: TestRuns.documents))
      #expect(try trainer.takeStep().balancingLoss == nil)
    }
  }
}
