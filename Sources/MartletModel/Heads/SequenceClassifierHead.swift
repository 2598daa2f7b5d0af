import MartletTensor

/// The logits of k classes a sequence, read at its last token.
///
/// - Source: Radford et al. 2018 (GPT), section 3.2; the `…ForSequenceClassification` of `transformers`.
public struct SequenceClassifierHead: Head {
  /// `[classes, width]`.
  public let product: Linear

  /// A new head.
  public init(width: Int, classes: Int, seed: UInt64) {
    self.init(width: width, classes: classes, from: RandomParameters(seed: seed))
  }

  /// A head whose parameter comes from a source.
  public init(width: Int, classes: Int, from source: some ParameterSource) {
    product = Linear(head: "head", width: width, outputs: classes, hasBias: false, from: source)
  }

  /// The product's parameter.
  public var parameters: [Parameter] { product.parameters }

  /// The logits of sequences laid end to end.
  ///
  /// - Parameters:
  ///   - hidden: `[tokens, width]`.
  ///   - offsets: sequence `s` holds the rows `offsets[s] ..< offsets[s + 1]`, at least one.
  /// - Returns: `[sequences, classes]`.
  public func logits(_ hidden: Tensor, offsets: [Int32]) -> Tensor {
    product(hidden.lastRows(offsets: offsets))
  }
}
