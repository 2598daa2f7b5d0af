import MartletModel
import MartletTensor

extension TestModels {
  /// Random compositions of the parts that families have, whether or not one has just these.
  static let randomForms: [Form] = (0..<12).map { randomForm(seed: $0) }

  private static func randomForm(seed: UInt64) -> Form {
    let stream = RandomStream(seed: seed, name: "form")
    var index: UInt64 = 0
    func draw<Value>(_ values: [Value]) -> Value {
      index += 1
      return values[stream.integers(below: values.count, at: index..<index + 1)[0]]
    }
    let (heads, keyValueHeads) = draw([(2, 1), (3, 3), (4, 2), (9, 1)])
    let layers = draw([1, 2, 3])
    var configuration = Llama.configuration(
      DecoderSizes(
        vocabulary: 257, context: 160, width: draw([20, 32]), layers: layers, heads: heads,
        keyValueHeads: keyValueHeads, feedForwardWidth: 24, isTied: draw([true, false])))
    configuration.headDimension = draw([8, 12, 16, 32])
    configuration.block = draw([.normalizingInputs, .parallel, .normalizingOutputs, .normalizingBoth])
    configuration.normalization = draw([.layer, .rootMeanSquare, .offsetRootMeanSquare])
    configuration.normalizationBias = configuration.normalization == .layer && draw([true, false])
    configuration.attention.queryKeyNormalization = draw([.none, .perHead, .whole])
    configuration.attention.inputBias = draw([true, false])
    configuration.attention.outputBias = draw([true, false])
    configuration.attention.scale = draw([.headDimension, .inverseRoot(of: 5), .factor(0.7)])
    configuration.attention.softCap = draw([nil, 1.5, 50])
    configuration.logitSoftCap = draw([nil, 3])
    configuration.multipliers.embedding = draw([1, 5.6])
    configuration.multipliers.residual = draw([1, 0.3])
    configuration.multipliers.logitDivisor = draw([1, 1.7])
    configuration.feedForward = draw([.gated(.silu), .gated(.geluTanh), .plain(.gelu)])
    configuration.feedForwardBias = draw([true, false])
    configuration.hasPositionEmbedding = draw([true, false])
    let yarn = Rotary.YaRN(
      factor: 4, originalContext: 40, attentionFactor: 1.1, fastTurns: 8, slowTurns: 1, isTruncated: true)
    let rotations: [Rotary?] = [
      nil, Rotary(), Rotary(base: 50, fraction: 0.5), Rotary(scaling: .linear(factor: 3)),
      Rotary(base: 700, scaling: .yarn(yarn)),
    ]
    configuration.attention.hasSinks = draw([false, true])
    let (count, perToken) = draw([(1, 1), (3, 2), (3, 3), (6, 1), (6, 3)])
    configuration.experts = ExpertsForm(
      count: count, perToken: perToken, width: draw([8, 17]), weighting: draw([.amongChosen, .amongAll]),
      gate: draw([.gated(.silu), .clamped(alpha: 1.7, limit: 0.5)]), hasBias: draw([false, true]))
    configuration.layerPattern = (0..<layers).map { _ in
      var form = LayerForm(rotary: draw(rotations), window: draw([nil, 1, 7, 64]))
      form.feedForward = draw([.dense, .experts])
      return form
    }
    return Form(description: "random \(seed)", architecture: Llama.self, configuration: configuration)
  }

  /// Forms whose rotations depend on the length of the sequence.
  static let formsByLength: [Form] = [
    ("dynamic", Rotary.Scaling.dynamic(factor: 3, originalContext: 50)),
    (
      "LongRoPE",
      .longRoPE(
        Rotary.LongRoPE(
          shortFactors: [1, 1.5, 2, 2.5], longFactors: [1, 3, 7, 9], originalContext: 50, attentionFactor: 1.2
        ))
    ),
  ].map { name, scaling in
    let sizes = form(name, Llama.self, context: 150, width: 24, layers: 2, heads: 3)
    var configuration = sizes.configuration
    // A layer of another kind between: what does not depend on the length must not be disturbed.
    configuration.layerPattern = [
      LayerForm(rotary: Rotary(base: 100, scaling: scaling)), LayerForm(rotary: Rotary(), window: 9),
    ]
    return Form(description: name, architecture: Llama.self, configuration: configuration)
  }
}
