import MartletTensor

/// The change of one product: `x · weightᵀ` becomes `x · (weight + scale · up · down)ᵀ`.
///
/// With a magnitude m (DoRA), each row of the changed weight is brought to the length m: the product is multiplied by
/// m / ‖weight + scale · up · down‖, whose norm counts as a constant for the gradient.
///
/// - Source: Hu et al. 2021, arXiv:2106.09685, equation 3; Liu et al. 2024, arXiv:2402.09353, equation 5 and section
///   4.3, as in `peft`.
public struct LowRankAdapter: Sendable {
  /// A: `[rank, inputs]`; one parameter for all products of a module of `transformers` that holds several.
  public let down: Parameter
  /// B: `[outputs, rank]`, zeros at first, so that a new adapter changes nothing.
  public let up: Parameter
  /// m: `[outputs]`, the lengths of the weight's rows at first; nil without decomposition.
  public let magnitude: Parameter?
  /// How the product is changed.
  public let adaptation: LowRankAdaptation
  /// The path of the product.
  let product: String
  /// The path of the module.
  private let module: String
  /// Whether ``down`` counts as this adapter's, and not as that of an earlier product of the module.
  private let ownsDown: Bool
  private let lengths = RowLengthCache()

  /// - Parameter parameter: gives the parameter of a name, the same one each time it is asked.
  init(
    _ path: String, of module: AdaptedModule, adapting weight: Parameter, _ adaptation: LowRankAdaptation,
    from parameter: (_ name: String, _ shape: [Int], _ initially: Initialization) -> Parameter
  ) {
    let (outputs, inputs) = (weight.value.shape[0], weight.value.shape[1])
    (product, self.module, ownsDown) = (path, module.path, module.products[0] == path)
    self.adaptation = adaptation
    // As `peft` does, and torch.nn.Linear: uniform within 1/√inputs.
    down = parameter(
      module.downName, [adaptation.rank, inputs], .uniform(limit: 1 / Float(inputs).squareRoot()))
    up = parameter(AdaptedModule.upName(path), [outputs, adaptation.rank], .zeros)
    magnitude =
      adaptation.isDecomposed
      ? parameter(AdaptedModule.magnitudeName(path), [outputs], .value { weight.value.rowLengths() }) : nil
  }

  /// α / r.
  public var scale: Float { adaptation.scale }

  /// Rows on their way through a change.
  struct Narrowed {
    /// What goes in, after dropout.
    let input: Tensor
    let isDroppedOut: Bool
    /// `input · downᵀ`: `[rows, rank]`.
    let rows: Tensor
  }

  /// Takes rows through ``down``, once for all products of a module.
  func narrowed(_ x: Tensor) -> Narrowed {
    let mask = adaptation.dropout > 0 ? AdapterDropout.current : nil
    let input = mask?(x, probability: adaptation.dropout, path: module) ?? x
    return Narrowed(input: input, isDroppedOut: mask != nil, rows: input.linear(down.tensor))
  }

  /// What the change makes of a product.
  ///
  /// - Parameters:
  ///   - base: `x · weightᵀ + bias`.
  ///   - x: what ``narrowed(_:)`` made of the rows.
  func callAsFunction(_ base: Tensor, of x: Narrowed, weight: Parameter, bias: Parameter?) -> Tensor {
    let change = x.rows.linear(up.tensor) * scale
    guard let magnitude else { return base + change }
    // What is scaled has no bias, and has seen the dropout.
    let isPlain = bias == nil && !x.isDroppedOut
    let product = isPlain ? base : x.input.linear(weight.tensor)
    let lengths = lengths.lengths(of: [weight.value, down.value, up.value]) {
      changedWeight(weight).rowLengths()
    }
    let unit = (product + change) / lengths
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

  /// Those that no earlier product of the module has.
  var parameters: [Parameter] { (ownsDown ? [down] : []) + [up] + (magnitude.map { [$0] } ?? []) }
}

extension Tensor {
  /// The Euclidean length of each row.
  fileprivate func rowLengths() -> Tensor { squared().rowSums().squareRoot() }
}
