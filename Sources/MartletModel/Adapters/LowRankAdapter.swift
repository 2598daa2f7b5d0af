import MartletTensor

/// The change of one product: `x · weightᵀ` becomes `x · (weight + scale · up · down)ᵀ`.
///
/// With a magnitude m (DoRA), each row of the changed weight is brought to the length m: the product is multiplied by
/// m / ‖weight + scale · up · down‖, whose norm counts as a constant for the gradient.
///
/// - Source: Hu et al. 2021, arXiv:2106.09685, equation 3; Liu et al. 2024, arXiv:2402.09353, equation 5 and section
///   4.3, as in `peft`.
public struct LowRankAdapter: Sendable {
  /// A: `[rank, inputs]`.
  public let down: Parameter
  /// B: `[outputs, rank]`, zeros at first, so that a new adapter changes nothing.
  public let up: Parameter
  /// m: `[outputs]`, the lengths of the weight's rows at first; nil without decomposition.
  public let magnitude: Parameter?
  /// α / r.
  public let scale: Float
  /// The probability with which training zeroes elements of what goes in.
  public let dropout: Float
  private let path: String

  init(
    _ path: String, adapting weight: Parameter, _ adaptation: LowRankAdaptation,
    from source: some ParameterSource
  ) {
    let (outputs, inputs) = (weight.value.shape[0], weight.value.shape[1])
    self.path = path
    (scale, dropout) = (adaptation.scale, adaptation.dropout)
    // As `peft` does, and torch.nn.Linear: uniform within 1/√inputs.
    down = source.parameter(
      path + ".adapter.down", shape: [adaptation.rank, inputs],
      initially: .uniform(limit: 1 / Float(inputs).squareRoot()))
    up = source.parameter(path + ".adapter.up", shape: [outputs, adaptation.rank], initially: .zeros)
    magnitude =
      adaptation.isDecomposed
      ? source.parameter(
        path + ".adapter.magnitude", shape: [outputs], initially: .value { weight.value.rowLengths() }) : nil
  }

  /// What the change makes of a product.
  ///
  /// - Parameter base: `x · weightᵀ + bias`.
  func callAsFunction(_ base: Tensor, of x: Tensor, weight: Parameter, bias: Parameter?) -> Tensor {
    let mask = dropout > 0 ? AdapterDropout.current : nil
    let input = mask?(x, probability: dropout, path: path) ?? x
    let change = input.linear(down.tensor).linear(up.tensor) * scale
    guard let magnitude else { return base + change }
    // What is scaled has no bias, and has seen the dropout.
    let isPlain = bias == nil && mask == nil
    let product = isPlain ? base : input.linear(weight.tensor)
    let unit = (product + change) / withoutGradients { changedWeight(weight).rowLengths() }
    let scaled = unit.columnsScaled(by: magnitude.tensor)
    return isPlain ? scaled : scaled + (base - product)
  }

  /// `weight + scale · up · down`, before any magnitude: `[outputs, inputs]`.
  private func changedWeight(_ weight: Parameter) -> Tensor {
    weight.value.converted(to: .float32) + up.value.linear(down.value.transposed()) * scale
  }

  /// The weight of a plain product that gives the same but for rounding.
  func mergedWeight(_ weight: Parameter) -> Tensor {
    withoutGradients {
      let changed = changedWeight(weight)
      guard let magnitude else { return changed }
      return changed * (magnitude.value / changed.rowLengths()).reshaped([changed.rows, 1])
    }
  }

  var parameters: [Parameter] { [down, up] + (magnitude.map { [$0] } ?? []) }
}

extension Tensor {
  /// The Euclidean length of each row.
  fileprivate func rowLengths() -> Tensor { squared().rowSums().squareRoot() }
}
