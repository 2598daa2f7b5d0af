import MartletTensor

/// y = x · weightᵀ + bias.
public struct Linear: Sendable {
  /// `[outputs, inputs]`.
  public let weight: Parameter
  /// `[outputs]`, or none.
  public let bias: Parameter?
  /// A change of low rank, or none.
  public let adapter: LowRankAdapter?

  /// - Parameter isAdaptable: whether a source of adapters may change it.
  init(
    _ path: String, inputs: Int, outputs: Int, hasBias: Bool, standardDeviation: Float = 0.02,
    isAdaptable: Bool = true, from source: some ParameterSource
  ) {
    weight = source.parameter(
      path + ".weight", shape: [outputs, inputs],
      initially: .normal(standardDeviation: standardDeviation))
    bias = hasBias ? source.parameter(path + ".bias", shape: [outputs], initially: .zeros) : nil
    adapter = isAdaptable ? source.adapter(path, of: weight) : nil
  }

  /// The size of what goes in.
  var inputs: Int { weight.value.shape[1] }

  /// `[rows, inputs]` to `[rows, outputs]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    adapted(x.linear(weight.tensor, bias: bias?.tensor), of: x)
  }

  /// The results of several layers for the same rows.
  static func results(of layers: [Linear], for x: Tensor) -> [Tensor] {
    zip(layers, x.linear(layers.map { ($0.weight.tensor, $0.bias?.tensor) })).map { $0.adapted($1, of: x) }
  }

  private func adapted(_ product: Tensor, of x: Tensor) -> Tensor {
    adapter?(product, of: x, weight: weight, bias: bias) ?? product
  }

  var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) + (adapter?.parameters ?? []) }
}
