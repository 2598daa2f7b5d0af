import MartletTensor

/// One number a token: the reward still expected from there on.
///
/// - Source: Ziegler et al. 2019, arXiv:1909.08593, section 2.1; the `v_head.summary` of TRL.
public struct ValueHead: Head {
  /// `[1, width]` and a bias.
  public let product: Linear

  /// A new head.
  public init(width: Int, seed: UInt64) { self.init(width: width, from: RandomParameters(seed: seed)) }

  /// A head whose parameters come from a source.
  public init(width: Int, from source: some ParameterSource) {
    product = Linear(head: "head", width: width, outputs: 1, hasBias: true, from: source)
  }

  /// The product's parameters.
  public var parameters: [Parameter] { product.parameters }

  /// The values of tokens: `[tokens, width]` to `[tokens]`.
  public func values(_ hidden: Tensor) -> Tensor { product(hidden).reshaped([hidden.rows]) }
}
