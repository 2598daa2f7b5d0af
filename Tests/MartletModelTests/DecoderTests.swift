import MartletTensor
import Testing

@testable import MartletModel

/// What holds for a decoder of any form.
@Suite struct DecoderTests {
  private let sequences = TestModels.sequences([70, 2, 33, 64, 9])

  /// The log-probabilities of a batch, and the gradients of their sum, as bits.
  private func results(
    _ model: LanguageModel, _ batches: [TokenBatch], dropout: Bool = false, isCheckpointed: Bool = false
  ) -> (values: [UInt32], gradients: [[UInt32]]) {
    var values: [UInt32] = []
    for batch in batches {
      let mask =
        dropout ? Dropout(probability: 0.25, seed: 5, step: 3, firstToken: batch.firstToken) : nil
      let found = model.logProbabilities(of: batch, dropout: mask, isCheckpointed: isCheckpointed)
      values += bits(found.scalars)
      found.backward(.filled(with: 1, shape: found.shape))
    }
    let gradients = model.parameters.map { bits($0.gradient?.scalars ?? []) }
    model.parameters.forEach { $0.clearGradient() }
    return (values, gradients)
  }

  @Test(arguments: TestModels.forms) func everyParameterIsCountedOnce(form: TestModels.Form) {
    let model = form.model()
    let count = model.parameters.reduce(0) { $0 + $1.value.count }
    #expect(form.configuration.parameterCount == count)
    #expect(model.parameterCount == count)
    #expect(Set(model.parameters.map(\.name)).count == model.parameters.count)
    #expect(Set(model.parameters.map { ObjectIdentifier($0) }).count == model.parameters.count)
  }

  @Test(arguments: TestModels.forms) func aTiedHeadIsTheTableOfEmbeddings(form: TestModels.Form) {
    let model = form.model()
    #expect((model.head.weight === model.decoder.tokenEmbedding) == form.configuration.isTied)
    #expect(model.head.parameters.isEmpty == form.configuration.isTied)
  }

  @Test(arguments: TestModels.forms) func everyParameterGetsAGradient(form: TestModels.Form) {
    let model = form.model()
    let gradients = results(model, [TokenBatch(sequences)]).gradients
    for (parameter, gradient) in zip(model.parameters, gradients) {
      #expect(gradient.contains { $0 & 0x7fff_ffff != 0 }, "\(parameter.name)")
    }
  }

  @Test(arguments: TestModels.forms) func packedSequencesAreAsAlone(form: TestModels.Form) {
    let model = form.model()
    let packed = withoutGradients { bits(model.logProbabilities(of: TokenBatch(sequences)).scalars) }
    let alone = sequences.flatMap { sequence in
      withoutGradients { bits(model.logProbabilities(of: TokenBatch([sequence])).scalars) }
    }
    #expect(packed == alone)
  }

  @Test(arguments: TestModels.forms) func checkpointingChangesNoBit(form: TestModels.Form) {
    let model = form.model()
    let batch = [TokenBatch(sequences)]
    for dropout in [false, true] {
      let kept = results(model, batch, dropout: dropout)
      let again = results(model, batch, dropout: dropout, isCheckpointed: true)
      #expect(kept.values == again.values)
      #expect(kept.gradients == again.gradients)
    }
  }

  /// Cut anywhere between sequences, a batch gives the same losses and gradients, dropout included.
  @Test(arguments: TestModels.forms) func cuttingABatchChangesNoBit(form: TestModels.Form) {
    let model = form.model()
    let batch = TokenBatch(sequences)
    for dropout in [false, true] {
      let whole = results(model, [batch], dropout: dropout)
      for cuts in [[0, 1, 2, 3, 4, 5], [0, 3, 5], [0, 4, 5]] {
        let parts = zip(cuts, cuts.dropFirst()).map { batch.sequences($0..<$1) }
        let found = results(model, parts, dropout: dropout)
        #expect(found.values == whole.values, "dropout \(dropout), cuts \(cuts)")
        #expect(found.gradients == whole.gradients, "dropout \(dropout), cuts \(cuts)")
      }
    }
  }

  @Test func dropoutDiffersFromPlaceToPlaceAndStepToStep() {
    let ones = Tensor.filled(with: 1, shape: [400, 24])
    func mask(step: Int = 0, firstToken: Int = 0, site: Int = 0, seed: UInt64 = 1) -> [Float] {
      Dropout(probability: 0.25, seed: seed, step: step, firstToken: firstToken)(ones, site: site).scalars
    }
    let first = mask()
    #expect(Set(first) == [0, Float(1) / 0.75])
    let dropped = Double(first.count { $0 == 0 }) / Double(first.count)
    // Three standard deviations of a share of 9600.
    #expect(abs(dropped - 0.25) < 0.0133)
    for other in [mask(step: 1), mask(firstToken: 1), mask(site: 1), mask(seed: 2)] {
      #expect(other != first)
    }
    #expect(Array(mask(firstToken: 100).prefix(300 * 24)) == Array(first.dropFirst(100 * 24)))
  }

  @Test(arguments: [GPT2.self, Llama.self] as [any Architecture.Type])
  func newParametersHaveTheSpreadOfTheOriginals(architecture: any Architecture.Type) {
    let sizes = DecoderSizes(vocabulary: 200, context: 50, width: 64, layers: 8, heads: 4, hasBias: true)
    let model = LanguageModel(
      architecture.configuration(sizes), architecture: architecture, from: RandomParameters(seed: 3))
    for parameter in model.parameters {
      let values = parameter.value.scalars.map { Double($0) }
      let mean = values.reduce(0, +) / Double(values.count)
      let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
      if parameter.value.shape.count == 1 {
        let expected: Double = parameter.name.hasSuffix("ormalization.weight") ? 1 : 0
        #expect(mean == expected && spread == 0, "\(parameter.name)")
        continue
      }
      let adds = parameter.name.hasSuffix("output.weight") || parameter.name.hasSuffix("down.weight")
      let expected = adds ? 0.02 / 4 : 0.02
      #expect(abs(spread / expected - 1) < 0.06, "\(parameter.name): \(spread)")
      #expect(abs(mean) < 0.06 * expected, "\(parameter.name): \(mean)")
    }
  }

  @Test func newParametersAreAFunctionOfSeedAndName() {
    func parameters(layers: Int, seed: UInt64) -> [String: [UInt32]] {
      var configuration = TestModels.forms[0].configuration
      configuration.layers = layers
      let model = LanguageModel(
        configuration, architecture: GPT2.self, from: RandomParameters(seed: seed))
      return Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, bits($0.value.scalars)) })
    }
    let (one, more, other) = (
      parameters(layers: 1, seed: 1), parameters(layers: 3, seed: 1), parameters(layers: 1, seed: 2)
    )
    for (name, values) in one {
      // The spread of what adds to the residual stream depends on the depth.
      if !name.hasSuffix("output.weight") && !name.hasSuffix("down.weight") {
        #expect(more[name] == values, "\(name)")
      }
      if !name.contains("ormalization") && !name.hasSuffix("bias") {
        #expect(other[name] != values, "\(name)")
      }
    }
    let attention = ["query", "key", "value"].map { one["blocks.0.attention.\($0).weight"]! }
    #expect(Set(attention).count == 3)
    #expect(more["blocks.0.attention.query.weight"] != more["blocks.1.attention.query.weight"])
  }

  @Test func partsOfABatchKnowTheirPlace() {
    let batch = TokenBatch(sequences)
    #expect(batch.sequenceCount == 5 && batch.firstToken == 0)
    let part = batch.sequences(1..<4)
    #expect(part.firstToken == 69)
    #expect(part.offsets == [0, 1, 33, 96])
    #expect(part.tokens == sequences[1...3].flatMap { $0.dropLast() })
    #expect(part.targets == sequences[1...3].flatMap { $0.dropFirst() })
    #expect(part.weights == Array(repeating: 1, count: 96))
    #expect(part.sequences(2..<3).firstToken == 69 + 33)
    #expect(batch.sequences(2..<2).tokens.isEmpty)
  }
}
