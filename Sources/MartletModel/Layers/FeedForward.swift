import MartletTensor

/// The layer that works on each token by itself, plain or gated.
public struct FeedForward: Sendable {
  /// The gate of a gated layer.
  public let gate: Linear?
  /// From the width to the inner width.
  public let up: Linear
  /// Back to the width.
  public let down: Linear
  private let activation: UnaryOperation

  init(_ path: String, _ configuration: DecoderConfiguration, from source: some ParameterSource) {
    let (width, inner) = (configuration.width, configuration.feedForwardWidth)
    let hasBias = configuration.feedForwardBias
    switch configuration.feedForward {
    case .plain(let activation):
      self.activation = activation
      gate = nil
    case .gated(let activation):
      self.activation = activation
      gate = Linear(path + ".gate", inputs: width, outputs: inner, hasBias: hasBias, from: source)
    }
    up = Linear(path + ".up", inputs: width, outputs: inner, hasBias: hasBias, from: source)
    down = Linear(
      path + ".down", inputs: inner, outputs: width, hasBias: hasBias,
      standardDeviation: configuration.residualStandardDeviation, from: source)
  }

  /// `[tokens, width]` to the same.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    if let gate {
      let inner = Linear.results(of: [gate, up], for: x)
      return down(inner[0].gating(inner[1], by: activation))
    }
    return down(up(x).mapped(activation))
  }

  /// The matrix products.
  var products: [Linear] { (gate.map { [$0] } ?? []) + [up, down] }

  var parameters: [Parameter] { (gate?.parameters ?? []) + up.parameters + down.parameters }
}
