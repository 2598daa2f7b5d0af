import MartletTensor

/// The linear map from hidden states to the vocabulary, whose rows are the logits of the next token.
public struct LanguageModelHead: Head {
  /// `[vocabulary, width]`; the table of embeddings itself when tied.
  public private(set) var weight: Parameter
  /// `[vocabulary]`, or none.
  public private(set) var bias: Parameter?
  private let isTied: Bool
  private let divisor: Float
  private let softCap: Float?

  /// The head of a decoder: its own weight, or the decoder's table of embeddings.
  public init(_ configuration: DecoderConfiguration, decoder: Decoder, from source: some ParameterSource) {
    isTied = configuration.isTied
    divisor = configuration.multipliers.logitDivisor
    softCap = configuration.logitSoftCap
    weight =
      isTied
      ? decoder.tokenEmbedding : Self.weight([configuration.vocabulary, configuration.width], from: source)
    bias = configuration.hasHeadBias ? Self.bias([configuration.vocabulary], from: source) : nil
  }

  /// The name of a weight that is the head's own.
  static let ownWeight = "head.weight"

  private static func weight(_ shape: [Int], from source: some ParameterSource) -> Parameter {
    source.parameter(ownWeight, shape: shape, initially: .normal(standardDeviation: 0.02))
  }

  /// The name of a bias.
  static let ownBias = "head.bias"

  private static func bias(_ shape: [Int], from source: some ParameterSource) -> Parameter {
    source.parameter(ownBias, shape: shape, initially: .zeros)
  }

  /// The weight, unless it is the decoder's, and the bias.
  public var parameters: [Parameter] { (isTied ? [] : [weight]) + (bias.map { [$0] } ?? []) }

  /// None: it came with the trunk.
  public var parametersBesideAdapters: [Parameter] { [] }

  /// The head over another decoder: a tied one takes that decoder's table, another gets a parameter of its own with the
  /// same numbers.
  public func moved(to decoder: Decoder) -> LanguageModelHead {
    var head = self
    head.weight = isTied ? decoder.tokenEmbedding : Parameter(weight.name, weight.value)
    head.bias = bias.map { Parameter($0.name, $0.value) }
    return head
  }

  /// The same head whose bias and weight, unless it is the decoder's, come from a source.
  public func rebuilt(from source: some ParameterSource) -> LanguageModelHead {
    var head = self
    if !isTied { head.weight = Self.weight(weight.value.shape, from: source) }
    head.bias = bias.map { Self.bias($0.value.shape, from: source) }
    return head
  }

  /// The logits of the token after each: `[tokens, width]` to `[tokens, vocabulary]`.
  public func logits(_ hidden: Tensor) -> Tensor {
    let logits = divided(hidden).linear(weight.tensor, bias: bias?.tensor)
    return softCap.map { logits.softCapped(at: $0) } ?? logits
  }

  /// Hidden states whose products are the logits: dividing them costs less than dividing every logit.
  private func divided(_ hidden: Tensor) -> Tensor { divisor == 1 ? hidden : hidden / divisor }

  /// log P(target) of the token after each, in nats, `[tokens]`, without holding all logits.
  ///
  /// - Parameter gradient: what `backward` will be given, where that is known beforehand; see
  ///   `Tensor.targetLogProbabilities`.
  public func logProbabilities(
    of targets: [Int32], _ hidden: Tensor, knownGradient gradient: Tensor? = nil
  ) -> Tensor {
    divided(hidden).targetLogProbabilities(
      targets, weight: weight.tensor, bias: bias?.tensor, softCap: softCap, knownGradient: gradient)
  }
}

extension LanguageModelHead: StoredHead {
  /// What it is a model of.
  public static let purpose = "the next token"

  /// A value head beside it may be left out.
  public static func reads(_ form: HeadForm) -> Bool {
    form.layout == .languageModel || form.layout == .value(besideLanguageModel: true)
  }

  /// The family's `…ForCausalLM`.
  public static func className(in architecture: any Architecture.Type) -> String? {
    architecture.languageModelClass
  }

  /// Those of the family.
  public static func weights(
    of configuration: DecoderConfiguration, in architecture: any Architecture.Type
  ) -> [CheckpointWeight] {
    architecture.weights(of: configuration)
  }

  /// The head of a decoder.
  public init(_ form: HeadForm, over decoder: Decoder, from source: some ParameterSource) {
    self.init(decoder.configuration, decoder: decoder, from: source)
  }

  /// A language model's.
  public var form: HeadForm { HeadForm(.languageModel) }
}
