import MartletTensor

/// The logits of k classes a sequence, read at its last token.
///
/// - Source: Radford et al. 2018 (GPT), section 3.2; the `…ForSequenceClassification` of `transformers`.
public struct SequenceClassifierHead: Head {
  /// `[classes, width]`.
  public let product: Linear
  /// The classes.
  public let labels: ClassLabels

  /// A new head, whose classes have no names of their own.
  public init(width: Int, classes: Int, seed: UInt64) {
    self.init(width: width, labels: ClassLabels(count: classes), seed: seed)
  }

  /// A new head.
  public init(width: Int, labels: ClassLabels, seed: UInt64) {
    self.init(width: width, labels: labels, from: RandomParameters(seed: seed))
  }

  /// A head whose parameter comes from a source.
  public init(width: Int, labels: ClassLabels, from source: some ParameterSource) {
    self.labels = labels
    product = Linear(
      head: "head", width: width, outputs: labels.names.count, hasBias: false, from: source)
  }

  /// The same head whose parameter comes from a source.
  public func rebuilt(from source: some ParameterSource) -> SequenceClassifierHead {
    SequenceClassifierHead(width: product.inputs, labels: labels, from: source)
  }

  /// The names of the classes.
  public var classNames: [String] { labels.names }

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

extension SequenceClassifierHead: StoredHead {
  /// What it is a model of.
  public static let purpose = "classes of sequences"

  /// The head of any number of classes.
  public static func reads(_ form: HeadForm) -> Bool { form.layout == .sequenceClassifier }

  /// The family's `…ForSequenceClassification`.
  public static func className(in architecture: any Architecture.Type) -> String? {
    architecture.sequenceClassifierClass
  }

  /// The decoder's and `score.weight`.
  public static func weights(
    of configuration: DecoderConfiguration, in architecture: any Architecture.Type
  ) -> [CheckpointWeight] {
    architecture.trunkWeights(of: configuration) + [CheckpointWeight("score.weight", "head.weight")]
  }

  /// The head that a directory describes.
  public init(_ form: HeadForm, over decoder: Decoder, from source: some ParameterSource) {
    guard let labels = form.labels else {
      preconditionFailure("SequenceClassifierHead: \(form) has no classes")
    }
    self.init(width: decoder.configuration.width, labels: labels, from: source)
  }

  /// A classifier's of sequences.
  public var form: HeadForm { HeadForm(.sequenceClassifier, labels) }
}
