import MartletTensor

/// One number a sequence, read at its last token: a reward.
///
/// - Source: Stiennon et al. 2020, arXiv:2009.01325, section 3.4; the `…ForSequenceClassification` of `transformers` with
///   one label.
public struct ScalarHead: Head {
  /// `[1, width]`, without a bias, which no difference of rewards would see.
  public let product: Linear

  /// A new head.
  public init(width: Int, seed: UInt64) { self.init(width: width, from: RandomParameters(seed: seed)) }

  /// A head whose parameter comes from a source.
  public init(width: Int, from source: some ParameterSource) {
    product = Linear(head: "head", width: width, outputs: 1, hasBias: false, from: source)
  }

  /// The product's parameter.
  public var parameters: [Parameter] { product.parameters }

  /// The rewards of sequences laid end to end.
  ///
  /// - Parameters:
  ///   - hidden: `[tokens, width]`.
  ///   - offsets: sequence `s` holds the rows `offsets[s] ..< offsets[s + 1]`, at least one.
  /// - Returns: `[sequences]`.
  public func rewards(_ hidden: Tensor, offsets: [Int32]) -> Tensor {
    product(hidden.lastRows(offsets: offsets)).reshaped([offsets.count - 1])
  }
}

extension Tensor {
  /// The last row of each sequence: `[sequences, columns]`.
  func lastRows(offsets: [Int32]) -> Tensor {
    precondition(
      zip(offsets, offsets.dropFirst()).allSatisfy { $0 < $1 }, "a sequence of \(offsets) has no last token")
    return rows(at: offsets.dropFirst().map { $0 - 1 })
  }
}
