import MartletTensor

/// A layer that works on each token by a few of many feed-forward layers, as a router chooses.
///
/// Tokens are grouped by expert, so each expert's products run over its rows alone: nothing is padded and no token is
/// dropped, and a token's result does not depend on the others of its batch. Adapters of low rank leave it as it is.
public struct ExpertFeedForward: Sendable {
  /// One expert: a gated feed-forward layer.
  public struct Expert: Sendable {
    /// The gate, from the width to the inner width.
    public let gate: Linear
    /// From the width to the inner width.
    public let up: Linear
    /// Back to the width.
    public let down: Linear
  }

  /// From a token's state to one logit for each expert.
  public let router: Linear
  /// The experts.
  public let experts: [Expert]
  private let form: ExpertsForm
  private let layer: Int

  init(
    _ path: String, layer: Int, _ form: ExpertsForm, _ configuration: DecoderConfiguration,
    from source: some ParameterSource
  ) {
    func product(_ path: String, _ inputs: Int, _ outputs: Int, standardDeviation: Float = 0.02) -> Linear {
      Linear(
        path, inputs: inputs, outputs: outputs, hasBias: form.hasBias, standardDeviation: standardDeviation,
        isAdaptable: false, from: source)
    }
    let (width, inner) = (configuration.width, form.width)
    router = product(path + ".router", width, form.count)
    experts = (0..<form.count).map { expert in
      let path = "\(path).experts.\(expert)"
      return Expert(
        gate: product(path + ".gate", width, inner), up: product(path + ".up", width, inner),
        down: product(
          path + ".down", inner, width, standardDeviation: configuration.residualStandardDeviation))
    }
    self.form = form
    self.layer = layer
  }

  /// `[tokens, width]` to the same.
  ///
  /// - Parameter load: told what the router chose, and gives its balancing loss a gradient.
  package func callAsFunction(_ x: Tensor, load: ExpertLoad? = nil) -> Tensor {
    let given = router(x)
    let choices = given.topColumns(form.perToken)
    let logits = load?.observing(given, choices: choices, layer: layer) ?? given
    let weights =
      switch form.weighting {
      case .amongChosen: logits.elements(at: choices, each: form.perToken).softmax()
      case .amongAll: logits.softmax().elements(at: choices, each: form.perToken)
      }
    let groups = ExpertGroups(choices, each: form.perToken, experts: form.count)
    let inner = x.grouped(by: groups).linear(by: groups, [factors(\.gate), factors(\.up)])
    let gated =
      switch form.gate {
      case .gated(let activation): inner[0].gating(inner[1], by: activation)
      case .clamped(let alpha, let limit): inner[0].clampedGating(inner[1], alpha: alpha, limit: limit)
      }
    return gated.linear(by: groups, factors(\.down)).combined(by: groups, weights: weights)
  }

  private func factors(_ product: KeyPath<Expert, Linear> & Sendable) -> [(weight: Tensor, bias: Tensor?)] {
    experts.map { ($0[keyPath: product].weight.tensor, $0[keyPath: product].bias?.tensor) }
  }

  var parameters: [Parameter] {
    router.parameters + experts.flatMap { $0.gate.parameters + $0.up.parameters + $0.down.parameters }
  }
}
