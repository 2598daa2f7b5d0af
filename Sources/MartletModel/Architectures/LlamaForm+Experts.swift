import MartletTensor
import MartletText

extension LlamaForm {
  /// The usual decoder of experts for some sizes: `count` a layer unless the sizes say how many.
  static func configuration(
    _ sizes: DecoderSizes, experts count: Int, perToken: Int, weighting: ExpertsForm.Weighting = .amongChosen
  ) -> DecoderConfiguration {
    var configuration = configuration(sizes)
    let count = sizes.experts ?? count
    configuration.experts = ExpertsForm(
      count: count, perToken: sizes.expertsPerToken ?? min(perToken, max(count, 1)),
      width: configuration.feedForwardWidth, weighting: weighting)
    for place in configuration.layerPattern.indices {
      configuration.layerPattern[place].feedForward = .experts
    }
    return configuration
  }

  /// Reads the keys of experts that the families share.
  ///
  /// - Parameters:
  ///   - count: how many experts `transformers` takes where the key is missing.
  ///   - perToken: how many of them for a token.
  static func readExperts(
    _ reader: ConfigurationReader, count: Int, perToken: Int, into configuration: inout DecoderConfiguration
  ) throws(MartletError) {
    // The name of `transformers` 5, and the one that Qwen's files have.
    let (local, plain) = (
      try reader.optionalSize("num_local_experts"), try reader.optionalSize("num_experts")
    )
    if let local, let plain, local != plain {
      throw reader.unexpected("num_experts", expected: "num_local_experts, which is \(local)")
    }
    configuration.experts?.count = local ?? plain ?? count
    configuration.experts?.perToken =
      try reader.optionalSize("num_experts_per_tok", whenMissing: perToken) ?? perToken
    configuration.experts?.width = configuration.feedForwardWidth
    configuration.experts?.balance = try reader.optional("router_aux_loss_coef") ?? 0.001
    if case .gated(let activation) = configuration.feedForward, case .gated = configuration.experts?.gate {
      configuration.experts?.gate = .gated(activation)
    }
  }

  /// The keys of experts that the families share.
  static func setExperts(_ experts: ExpertsForm, in keys: inout ConfigurationKeys, as countKey: String) {
    keys[countKey] = .integer(experts.count)
    keys["num_experts_per_tok"] = .integer(experts.perToken)
    keys["router_aux_loss_coef"] = .decimal(experts.balance)
  }

  /// How the parameters lie in a checkpoint that has a tensor for each product of each expert.
  ///
  /// - Parameters:
  ///   - mixture: what a layer calls its mixture.
  ///   - names: what an expert calls its products: the gate, from the width, and back to it.
  static func weights(
    of configuration: DecoderConfiguration, mixture: String, names: (gate: String, up: String, down: String)
  ) -> [CheckpointWeight] {
    var weights = weights(of: configuration)
    guard let experts = configuration.experts else { return weights }
    for layer in 0..<configuration.layers where configuration.layerForm(layer).feedForward == .experts {
      let (theirs, ours) = ("model.layers.\(layer).\(mixture)", "blocks.\(layer).feedForward")
      weights.append(CheckpointWeight("\(theirs).gate.weight", "\(ours).router.weight"))
      for expert in 0..<experts.count {
        for (their, our) in [(names.gate, "gate"), (names.up, "up"), (names.down, "down")] {
          weights.append(
            CheckpointWeight(
              "\(theirs).experts.\(expert).\(their).weight", "\(ours).experts.\(expert).\(our).weight"))
        }
      }
    }
    return weights
  }
}
