import MartletTensor

/// The logits of k classes at each token, or at chosen ones: the steps of a process reward.
///
/// - Source: the `…ForTokenClassification` of `transformers`; as a process reward: Lightman et al. 2023,
///   arXiv:2305.20050, section 2.6.
public struct TokenClassifierHead: Head {
  /// `[classes, width]` and a bias.
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

  /// A head whose parameters come from a source.
  public init(width: Int, labels: ClassLabels, from source: some ParameterSource) {
    self.labels = labels
    product = Linear(
      head: "head", width: width, outputs: labels.names.count, hasBias: true, from: source)
  }

  /// The same head whose parameters come from a source.
  public func rebuilt(from source: some ParameterSource) -> TokenClassifierHead {
    TokenClassifierHead(width: product.inputs, labels: labels, from: source)
  }

  /// The names of the classes.
  public var classNames: [String] { labels.names }

  /// The product's parameters.
  public var parameters: [Parameter] { product.parameters }

  /// The logits of every token: `[tokens, width]` to `[tokens, classes]`.
  public func logits(_ hidden: Tensor) -> Tensor { product(hidden) }

  /// The logits at some tokens, such as those that end a step: `[places, classes]`.
  public func logits(_ hidden: Tensor, at places: [Int32]) -> Tensor { product(hidden.rows(at: places)) }
}

extension TokenClassifierHead: StoredHead {
  /// What it is a model of.
  public static let purpose = "classes of tokens"

  /// The head of any number of classes.
  public static func reads(_ form: HeadForm) -> Bool { form.layout == .tokenClassifier }

  /// The family's `…ForTokenClassification`.
  public static func className(in architecture: any Architecture.Type) -> String? {
    architecture.tokenClassifierClass
  }

  /// The decoder's, and a product's weight and bias, called as the family calls them; a file may have the other name,
  /// and no bias.
  public static func weights(
    of configuration: DecoderConfiguration, in architecture: any Architecture.Type
  ) -> [CheckpointWeight] {
    let name = architecture.tokenClassifierProduct
    let other = name == "score" ? "classifier" : "score"
    return architecture.trunkWeights(of: configuration) + [
      CheckpointWeight("\(name).weight", ["head.weight"], otherName: "\(other).weight"),
      CheckpointWeight("\(name).bias", ["head.bias"], otherName: "\(other).bias", isOptional: true),
    ]
  }

  /// The head that a directory describes.
  public init(_ form: HeadForm, over decoder: Decoder, from source: some ParameterSource) {
    guard let labels = form.labels else { preconditionFailure("TokenClassifierHead: \(form) has no classes") }
    self.init(width: decoder.configuration.width, labels: labels, from: source)
  }

  /// A classifier's of tokens.
  public var form: HeadForm { HeadForm(.tokenClassifier, labels) }
}
