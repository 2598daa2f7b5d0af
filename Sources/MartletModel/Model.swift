import MartletTensor

/// A decoder under a head.
public struct Model<HeadType: Head>: Sendable {
  /// From tokens to hidden states.
  public let decoder: Decoder
  /// From hidden states to the result.
  public let head: HeadType
  /// The family whose names and keys the model's files use.
  public let architecture: any Architecture.Type

  /// A model from its parts.
  public init(decoder: Decoder, head: HeadType, architecture: any Architecture.Type) {
    self.decoder = decoder
    self.head = head
    self.architecture = architecture
  }

  /// The same decoder, weights and all, under another head.
  public func replacingHead<Other: Head>(with head: Other) -> Model<Other> {
    Model<Other>(decoder: decoder, head: head, architecture: architecture)
  }

  /// The parts and their sizes.
  public var configuration: DecoderConfiguration { decoder.configuration }

  /// Every parameter, the decoder's first.
  public var parameters: [Parameter] { decoder.parameters + head.parameters }

  /// The number of scalars in all parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }
}

/// A model of the next token.
public typealias LanguageModel = Model<LanguageModelHead>

extension Model<LanguageModelHead> {
  /// A language model whose parameters come from a source.
  public init(
    _ configuration: DecoderConfiguration, architecture: any Architecture.Type,
    from source: some ParameterSource
  ) {
    let decoder = Decoder(configuration, from: source)
    self.init(
      decoder: decoder, head: LanguageModelHead(configuration, decoder: decoder, from: source),
      architecture: architecture)
  }

  /// log P of each target given the tokens up to its place, in nats.
  ///
  /// - Parameter batch: inputs and targets of sequences laid end to end.
  /// - Returns: `[tokens]`.
  public func logProbabilities(of batch: TokenBatch) -> Tensor {
    head.logProbabilities(
      of: batch.targets, decoder.hiddenStates(of: batch.tokens, offsets: batch.offsets))
  }

  /// As ``logProbabilities(of:)``, with training's dropout and checkpointing.
  ///
  /// - Parameters:
  ///   - load: told what routers choose, and gives the balancing loss its gradient.
  ///   - gradient: what `backward` will be given, where that is known.
  package func logProbabilities(
    of batch: TokenBatch, dropout: Dropout?, isCheckpointed: Bool, load: ExpertLoad? = nil,
    knownGradient gradient: Tensor? = nil
  ) -> Tensor {
    head.logProbabilities(
      of: batch.targets,
      decoder.hiddenStates(
        of: batch.tokens, offsets: batch.offsets, dropout: dropout, isCheckpointed: isCheckpointed,
        load: load),
      knownGradient: gradient)
  }
}
