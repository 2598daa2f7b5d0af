import MartletTensor
import Testing

@testable import MartletModel

/// Heads on one trunk.
@Suite struct HeadTests {
  private let sequences = TestModels.sequences([5, 1, 12, 3])

  private func hidden(_ sequences: [[Int32]], _ model: LanguageModel) -> (states: Tensor, offsets: [Int32]) {
    let offsets = sequences.reduce(into: [Int32(0)]) { $0.append($0.last! + Int32($1.count)) }
    return (model.decoder.hiddenStates(of: sequences.flatMap { $0 }, offsets: offsets), offsets)
  }

  /// A reward is read at the last token: by hand from its hidden state, and the same bits alone and among others.
  @Test(arguments: TestModels.forms) func rewards(_ form: TestModels.Form) {
    let model = form.model()
    let reward = model.replacingHead(with: ScalarHead(width: 24, seed: 4))
    let (states, offsets) = hidden(sequences, model)
    let rewards = reward.head.rewards(states, offsets: offsets).scalars
    #expect(rewards.count == 4)
    let weight = reward.head.product.weight.value.scalars
    for (place, sequence) in sequences.enumerated() {
      let alone = hidden([sequence], model)
      #expect(reward.head.rewards(alone.states, offsets: alone.offsets).scalars == [rewards[place]])
      let last = alone.states.scalars.suffix(24)
      let byHand = zip(last, weight).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(Double(rewards[place]) - byHand) < 1e-5)
    }
  }

  /// The trunk is shared, not copied: a head more costs only its own parameters.
  @Test func oneTrunkManyHeads() {
    let model = TestModels.forms[2].model()
    let value = model.replacingHead(with: ValueHead(width: 24, seed: 1))
    let classes = model.replacingHead(with: SequenceClassifierHead(width: 24, classes: 3, seed: 1))
    let steps = model.replacingHead(with: TokenClassifierHead(width: 24, classes: 2, seed: 1))
    for (own, other) in zip(model.decoder.parameters, value.decoder.parameters) { #expect(own === other) }
    let trunk = model.decoder.parameters.reduce(0) { $0 + $1.value.count }
    #expect(value.parameterCount == trunk + 25 && classes.parameterCount == trunk + 72)
    #expect(steps.parameterCount == trunk + 50)

    let (states, offsets) = hidden(sequences, model)
    #expect(value.head.values(states).shape == [21])
    let logits = classes.head.logits(states, offsets: offsets)
    #expect(logits.shape == [4, 3])
    let all = steps.head.logits(states)
    #expect(all.shape == [21, 2])
    #expect(
      steps.head.logits(states, at: [4, 17]).scalars == Array(all.scalars[8..<10] + all.scalars[34..<36]))
  }

  /// A bias is added to the logits; its gradient is the same bits whether the loss's is announced or not, and whether a
  /// batch comes whole or in parts.
  @Test func aLanguageModelHeadWithABias() {
    let sizes = DecoderSizes(vocabulary: 17, context: 16, width: 8, layers: 1, heads: 2)
    let model = LanguageModel(
      Phi.configuration(sizes), architecture: Phi.self, from: RandomParameters(seed: 4))
    let bias = model.head.bias!
    let numbers = RandomStream(seed: 5, name: "bias")
    bias.value = .normal([17], standardDeviation: 1, from: numbers, elementType: .float32)
    let states = Tensor.normal(
      [40, 8], standardDeviation: 1, from: RandomStream(seed: 6, name: "states"), elementType: .float32)
    let targets = (0..<40).map { Int32($0 * 7 % 17) }
    let expected = model.head.logits(states).logSoftmax().elements(at: targets).scalars
    for (found, expected) in zip(model.head.logProbabilities(of: targets, states).scalars, expected) {
      #expect(abs(found - expected) < 2e-6)
    }
    let gradient = Tensor((0..<40).map { Float($0 % 5) - 1.5 })
    func ofBias(isKnown: Bool, parts: [Range<Int>]) -> [UInt32] {
      for parameter in model.parameters { parameter.clearGradient() }
      for part in parts {
        let own = gradient.reshaped([40, 1]).rows(part).reshaped([part.count])
        model.head.logProbabilities(
          of: Array(targets[part]), states.rows(part), knownGradient: isKnown ? own : nil
        ).backward(own)
      }
      return bias.gradient!.scalars.map(\.bitPattern)
    }
    let whole = ofBias(isKnown: true, parts: [0..<40])
    #expect(whole.contains { Float(bitPattern: $0) != 0 })
    #expect(ofBias(isKnown: false, parts: [0..<40]) == whole)
    #expect(ofBias(isKnown: true, parts: [0..<13, 13..<40]) == whole)
    #expect(ofBias(isKnown: false, parts: [0..<1, 1..<40]) == whole)
  }

  /// Two heads' gradients add up in the trunk they share.
  @Test func gradientsAddUpInTheTrunk() {
    let model = TestModels.forms[0].model()
    let (scalar, value) = (ScalarHead(width: 24, seed: 1), ValueHead(width: 24, seed: 2))
    func gradient(_ parts: [(Tensor, [Int32]) -> Tensor]) -> [Float] {
      for parameter in model.parameters { parameter.clearGradient() }
      let (states, offsets) = hidden(sequences, model)
      let results = parts.map { $0(states, offsets).sum() }
      results.dropFirst().reduce(results[0], +).backward()
      return model.decoder.tokenEmbedding.gradient!.scalars
    }
    let one = gradient([{ scalar.rewards($0, offsets: $1) }])
    let other = gradient([{ states, _ in value.values(states) }])
    let both = gradient([{ scalar.rewards($0, offsets: $1) }, { states, _ in value.values(states) }])
    for ((a, b), sum) in zip(zip(one, other), both) { #expect(abs(a + b - sum) < 1e-4) }
    #expect(one != both)
  }

  /// Two heads on one trunk: names that differ, the results of either, and a trunk that is kept.
  @Test(arguments: [0, 1, 3]) func jointHeads(form: Int) throws {
    let model = TestModels.forms[form].model()
    let (value, reward) = (ValueHead(width: 24, seed: 2), ScalarHead(width: 24, seed: 3))
    let both = model.replacingHead(with: JointHead(model.head, value))
    let many = model.replacingHead(with: JointHead(JointHead(model.head, value), JointHead(reward, value)))
    for model in [both.parameters, many.parameters] {
      #expect(Set(model.map(\.name)).count == model.count)
      #expect(model.prefix(while: { !$0.name.hasPrefix("head.") }).count == both.decoder.parameters.count)
    }
    let names = many.head.parameters.map(\.name).filter { $0.hasSuffix("bias") }
    #expect(names == ["head.first.second.bias", "head.second.second.bias"])
    for (own, other) in zip(model.decoder.parameters, many.decoder.parameters) { #expect(own === other) }

    let (states, offsets) = hidden(sequences, model)
    let (first, second) = (many.head.first, many.head.second)
    #expect(bits(first.first.logits(states).scalars) == bits(model.head.logits(states).scalars))
    #expect(bits(both.head.second.values(states).scalars) == bits(value.values(states).scalars))
    #expect(bits(second.second.values(states).scalars) == bits(value.values(states).scalars))
    let rewards = second.first.rewards(states, offsets: offsets)
    #expect(bits(rewards.scalars) == bits(reward.rewards(states, offsets: offsets).scalars))

    // Beside adapters the new heads train, and a language model's own does not; what is merged computes the same.
    let adapted = both.adapted(by: LowRankAdaptation(rank: 2), seed: 1)
    #expect(adapted.head.second.parameters.map(\.isTrainable) == [true, true])
    #expect(adapted.head.first.parameters.map(\.isTrainable) == model.head.parameters.map { _ in false })
    let merged = adapted.mergingAdapters()
    #expect(merged.parameters.map(\.name) == both.parameters.map(\.name))
    #expect(merged.parameters.filter(\.isTrainable).count == merged.parameters.count)
    if model.configuration.isTied { #expect(merged.head.first.weight === merged.decoder.tokenEmbedding) }
  }
}
