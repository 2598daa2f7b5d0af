import MartletTensor

/// One number a sequence, read at its last token: a reward.
///
/// - Source: Stiennon et al. 2020, arXiv:2009.01325, section 3.4; the `…ForSequenceClassification` of `transformers` with
///   one label.
public struct ScalarHead: Head {
  /// `[1, width]`, without a bias, which no difference of rewards would see.
  public let product: Linear
  /// What files call the reward.
  public let labels: ClassLabels

  /// A new head.
  public init(width: Int, seed: UInt64) { self.init(width: width, from: RandomParameters(seed: seed)) }

  /// A head whose parameter comes from a source.
  ///
  /// - Parameter labels: what files call the reward.
  public init(width: Int, labels: ClassLabels = ClassLabels(count: 1), from source: some ParameterSource) {
    precondition(labels.names.count == 1, "ScalarHead: \(labels.names.count) labels for one reward")
    self.labels = labels
    product = Linear(head: "head", width: width, outputs: 1, hasBias: false, from: source)
  }

  /// The same head whose parameter comes from a source.
  public func rebuilt(from source: some ParameterSource) -> ScalarHead {
    ScalarHead(width: product.inputs, labels: labels, from: source)
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

extension ScalarHead: StoredHead {
  /// What it is a model of.
  public static let purpose = "rewards"

  /// The head of one label.
  public static func reads(_ form: HeadForm) -> Bool { form.kind == .scalar }

  /// The family's `…ForSequenceClassification`.
  public static func className(in architecture: any Architecture.Type) -> String? {
    architecture.sequenceClassifierClass
  }

  /// The decoder's and `score.weight`.
  public static func weights(
    of configuration: DecoderConfiguration, in architecture: any Architecture.Type
  ) -> [CheckpointWeight] {
    SequenceClassifierHead.weights(of: configuration, in: architecture)
  }

  /// The head that a directory describes.
  public init(_ form: HeadForm, over decoder: Decoder, from source: some ParameterSource) {
    self.init(width: decoder.configuration.width, labels: form.labels ?? ClassLabels(count: 1), from: source)
  }

  /// A classifier's of sequences with one label.
  public var form: HeadForm { HeadForm(.sequenceClassifier, labels) }
}

extension Tensor {
  /// The last row of each sequence: `[sequences, columns]`.
  func lastRows(offsets: [Int32]) -> Tensor {
    precondition(
      zip(offsets, offsets.dropFirst()).allSatisfy { $0 < $1 }, "a sequence of \(offsets) has no last token")
    return rows(at: offsets.dropFirst().map { $0 - 1 })
  }
}
