import MartletTensor

/// y = x · weightᵀ + bias.
public struct Linear: Sendable {
  /// `[outputs, inputs]`.
  public let weight: Parameter
  /// `[outputs]`, or none.
  public let bias: Parameter?

  init(
    _ path: String, inputs: Int, outputs: Int, hasBias: Bool, standardDeviation: Float = 0.02,
    from source: some ParameterSource
  ) {
    weight = source.parameter(
      path + ".weight", shape: [outputs, inputs],
      initially: .normal(standardDeviation: standardDeviation))
    bias = hasBias ? source.parameter(path + ".bias", shape: [outputs], initially: .zeros) : nil
  }

  /// `[rows, inputs]` to `[rows, outputs]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { x.linear(weight.tensor, bias: bias?.tensor) }

  /// The results of several layers for the same rows.
  static func results(of layers: [Linear], for x: Tensor) -> [Tensor] {
    x.linear(layers.map { ($0.weight.tensor, $0.bias?.tensor) })
  }

  var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }
}
