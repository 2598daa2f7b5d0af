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

  /// The same head whose parameters come from a source.
  public func rebuilt(from source: some ParameterSource) -> ValueHead {
    ValueHead(width: product.inputs, from: source)
  }

  /// The product's parameters.
  public var parameters: [Parameter] { product.parameters }

  /// The values of tokens: `[tokens, width]` to `[tokens]`.
  public func values(_ hidden: Tensor) -> Tensor { product(hidden).reshaped([hidden.rows]) }
}

extension ValueHead: StoredHead {
  /// What it is a model of.
  public static let purpose = "values of tokens"
  /// What TRL calls the product.
  static let storedName = "v_head.summary"

  /// The head of TRL, or of one class of tokens.
  public static func reads(_ form: HeadForm) -> Bool {
    form.kind == .value || form.kind == .tokenClassifier(classes: 1)
  }

  /// The family's `…ForCausalLM`, beside which TRL keeps the head.
  public static func className(in architecture: any Architecture.Type) -> String? {
    architecture.languageModelClass
  }

  /// The decoder's, and `v_head.summary` or, in the files of `transformers`, the product of a classifier of tokens.
  public static func weights(
    of configuration: DecoderConfiguration, in architecture: any Architecture.Type
  ) -> [CheckpointWeight] {
    let other = architecture.tokenClassifierProduct
    return architecture.trunkWeights(of: configuration)
      + ownWeights(otherName: other) { "head." + $0 }
  }

  /// - Parameter parameter: the name of the parameter "weight" or "bias".
  static func ownWeights(
    otherName other: String? = nil, _ parameter: (String) -> String
  ) -> [CheckpointWeight] {
    ["weight", "bias"].map { part in
      CheckpointWeight(
        "\(storedName).\(part)", [parameter(part)], otherName: other.map { "\($0).\(part)" })
    }
  }

  /// The head that a directory describes.
  public init(_ form: HeadForm, over decoder: Decoder, from source: some ParameterSource) {
    self.init(width: decoder.configuration.width, from: source)
  }

  /// TRL's, without the head of a language model.
  public var form: HeadForm { HeadForm(.value(besideLanguageModel: false)) }
}
