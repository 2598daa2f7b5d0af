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
    let product = x.linear(weight.tensor, bias: bias?.tensor)
    return adapter.map { $0(product, of: $0.narrowed(x), weight: weight, bias: bias) } ?? product
  }

  /// The results of several layers for the same rows.
  static func results(of layers: [Linear], for x: Tensor) -> [Tensor] {
    let products = x.linear(layers.map { ($0.weight.tensor, $0.bias?.tensor) })
    if layers.allSatisfy({ $0.adapter == nil }) { return products }
    // Those of one module go through one matrix, whose gradient is then one sum over the rows.
    var narrowed: [ObjectIdentifier: LowRankAdapter.Narrowed] = [:]
    return zip(layers, products).map { layer, product in
      guard let adapter = layer.adapter else { return product }
      let rows = narrowed[ObjectIdentifier(adapter.down)] ?? adapter.narrowed(x)
      narrowed[ObjectIdentifier(adapter.down)] = rows
      return adapter(product, of: rows, weight: layer.weight, bias: layer.bias)
    }
  }

  var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) + (adapter?.parameters ?? []) }
}
