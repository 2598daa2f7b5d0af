import MartletTensor
import MartletText
import Testing

@testable import MartletInference

/// Samplers against distributions derived by hand.
@Suite struct SamplerTests {
  /// Logits whose softmax is 0.4, 0.1, 0.3, 0.2.
  static let logits: [Float] = [0.4, 0.1, 0.3, 0.2].map { Float(ExactMath.log($0)) }

  /// The probabilities left after some steps, by token.
  private func distribution(
    _ steps: [any SamplingStep], logits: [Float] = logits, history: [Int32] = []
  ) -> [Int32: Float] {
    var candidates = Candidates(logits)
    for step in steps { step.apply(to: &candidates, history: history) }
    return Dictionary(uniqueKeysWithValues: zip(candidates.ids, candidates.probabilities))
  }

  private func expectEqual(
    _ found: [Int32: Float], _ expected: [Int32: Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(Set(found.keys) == Set(expected.keys), sourceLocation: sourceLocation)
    for (id, probability) in expected {
      #expect(abs(Double(found[id] ?? 0) - probability) < 1e-6, sourceLocation: sourceLocation)
    }
  }

  @Test func noStepLeavesTheModelsDistribution() {
    expectEqual(distribution([]), [0: 0.4, 1: 0.1, 2: 0.3, 3: 0.2])
  }

  @Test func temperatureRaisesProbabilitiesToItsInverse() {
    // Squared: 0.16, 0.01, 0.09, 0.04 of 0.3.
    expectEqual(distribution([Temperature(0.5)]), [0: 16.0 / 30, 1: 1.0 / 30, 2: 9.0 / 30, 3: 4.0 / 30])
  }

  @Test func topKKeepsTheLikeliestAndBreaksTiesByID() {
    expectEqual(distribution([TopK(2)]), [0: 4.0 / 7, 2: 3.0 / 7])
    expectEqual(distribution([TopK(9)]), [0: 0.4, 1: 0.1, 2: 0.3, 3: 0.2])
    expectEqual(distribution([TopK(2)], logits: [-1, 3, 3, -2, 3]), [1: 0.5, 2: 0.5])
    expectEqual(distribution([TopK(1)], logits: [-0.0, 0.0, -1]), [0: 1])
    let random = Tensor.normal([3000], standardDeviation: 4, from: RandomStream(seed: 1, stream: 0)).scalars
    for k in [1, 2, 50, 2999] {
      let expected = random.indices.sorted { (-random[$0], $0) < (-random[$1], $1) }.prefix(k)
      #expect(Set(distribution([TopK(k)], logits: random).keys) == Set(expected.map { Int32($0) }))
    }
  }

  @Test func topPKeepsTheSmallestSetThatReachesIt() {
    expectEqual(distribution([TopP(0.39)]), [0: 1])
    expectEqual(distribution([TopP(0.6)]), [0: 4.0 / 7, 2: 3.0 / 7])
    expectEqual(distribution([TopP(0.71)]), [0: 4.0 / 9, 2: 3.0 / 9, 3: 2.0 / 9])
    expectEqual(distribution([TopP(1)]), [0: 0.4, 1: 0.1, 2: 0.3, 3: 0.2])
    // 4000 equal tokens, each below the first thresholds of the search: the first half by id.
    let flat = distribution([TopP(0.5)], logits: Array(repeating: 0, count: 4096))
    #expect(Set(flat.keys) == Set(0..<2048))
  }

  @Test func minPKeepsWhatIsNearTheLikeliest() {
    expectEqual(distribution([MinP(0.49)]), [0: 4.0 / 9, 2: 3.0 / 9, 3: 2.0 / 9])
    expectEqual(distribution([MinP(0.51)]), [0: 4.0 / 7, 2: 3.0 / 7])
    expectEqual(distribution([MinP(1)], logits: [1, 1, 0]), [0: 0.5, 1: 0.5])
  }

  @Test func repetitionPenaltyMovesLogitsAwayFromTheirSign() {
    var candidates = Candidates([2, -2, 1, 0])
    RepetitionPenalty(2).apply(to: &candidates, history: [0, 1, 1, 0, 3])
    #expect(candidates.logits == [1, -4, 1, 0])
  }

  @Test func theUsualStepsComeInTheOrderOfTransformers() throws {
    let sampler = try Sampler(temperature: 0.5, topK: 3, topP: 0.9, minP: 0.3, repetitionPenalty: 1.5)
    let names = sampler.steps.map { String(describing: type(of: $0)) }
    #expect(names == ["RepetitionPenalty", "Temperature", "TopK", "TopP", "MinP"])
    // Squared as above, the top 3 are 16, 9, 4 of 29; 0.9 needs all three; 0.3 · 16 drops the 4.
    expectEqual(distribution(sampler.steps), [0: 16.0 / 25, 2: 9.0 / 25])
    #expect(try Sampler(temperature: 1, topP: 1, minP: 0, repetitionPenalty: 1).steps.isEmpty)
    #expect(try Sampler(temperature: 0).isGreedy)
  }

  @Test func valuesOutOfRangeAreRefused() {
    let wrong: [() throws -> Sampler] = [
      { try Sampler(temperature: -1) }, { try Sampler(temperature: .nan) }, { try Sampler(topK: 0) },
      { try Sampler(topP: 0) }, { try Sampler(topP: 1.01) }, { try Sampler(topP: .nan) },
      { try Sampler(minP: -0.1) }, { try Sampler(minP: 2) }, { try Sampler(repetitionPenalty: 0) },
      { try Sampler(temperature: .infinity) },
    ]
    for make in wrong { #expect(throws: MartletError.self) { try make() } }
  }

  @Test func theNumberPicksByCumulativeProbability() {
    let sampler = Sampler()
    func token(_ number: Double) -> Int32 {
      sampler.next(logits: Self.logits, history: [], number: number)
    }
    #expect(token(0) == 0 && token(0.3999) == 0)
    #expect(token(0.4001) == 1 && token(0.4999) == 1)
    #expect(token(0.5001) == 2 && token(0.7999) == 2)
    #expect(token(0.8001) == 3 && token(1 - 0x1p-53) == 3)
    #expect(Sampler.greedy.next(logits: [1, 5, 5, 0], history: [], number: 0.99) == 1)
  }

  @Test func frequenciesFollowTheDistribution() throws {
    let sampler = try Sampler(temperature: 2, topK: 3)
    // Roots of 0.4, 0.3 and 0.2.
    let weights: [Int32: Double] = [0: 0.4, 2: 0.3, 3: 0.2].mapValues { $0.squareRoot() }
    let total = weights.values.reduce(0, +)
    let stream = RandomStream(seed: 20, name: "test")
    let count = 20_000
    var counts: [Int32: Int] = [:]
    for index in 0..<count {
      let number = stream.uniform(at: UInt64(index))
      counts[sampler.next(logits: Self.logits, history: [], number: number), default: 0] += 1
    }
    #expect(Set(counts.keys) == Set(weights.keys))
    let chiSquare = weights.reduce(0.0) { sum, weight in
      let expected = weight.value / total * Double(count)
      let difference = Double(counts[weight.key] ?? 0) - expected
      return sum + difference * difference / expected
    }
    // Two degrees of freedom: 13.8 is passed by chance once in a thousand; the seed is fixed.
    #expect(chiSquare < 13.8)
  }
}
