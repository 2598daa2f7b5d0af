import MartletTensor

/// The logits of k classes at each token, or at chosen ones: the steps of a process reward.
///
/// - Source: the `…ForTokenClassification` of `transformers`; as a process reward: Lightman et al. 2023,
///   arXiv:2305.20050, section 2.6.
public struct TokenClassifierHead: Head {
  /// `[classes, width]` and a bias.
  public let product: Linear

  /// A new head.
  public init(width: Int, classes: Int, seed: UInt64) {
    self.init(width: width, classes: classes, from: RandomParameters(seed: seed))
  }

  /// A head whose parameters come from a source.
  public init(width: Int, classes: Int, from source: some ParameterSource) {
    product = Linear(head: "head", width: width, outputs: classes, hasBias: true, from: source)
  }

  /// The product's parameters.
  public var parameters: [Parameter] { product.parameters }

  /// The logits of every token: `[tokens, width]` to `[tokens, classes]`.
  public func logits(_ hidden: Tensor) -> Tensor { product(hidden) }

  /// The logits at some tokens, such as those that end a step: `[places, classes]`.
  public func logits(_ hidden: Tensor, at places: [Int32]) -> Tensor { product(hidden.rows(at: places)) }
}
