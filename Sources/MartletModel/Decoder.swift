import MartletTensor

/// A decoder-only Transformer: from tokens to hidden states `[tokens, width]`.
///
/// One decoder serves every family; a configuration chooses its parts.
///
/// - Source: Radford et al. 2019 (GPT-2); Touvron et al. 2023, arXiv:2302.13971 (Llama).
public struct Decoder: Sendable {
  /// The parts and their sizes.
  public let configuration: DecoderConfiguration
  /// `[vocabulary, width]`.
  public let tokenEmbedding: Parameter
  /// `[context, width]`, with learned positions.
  public let positionEmbedding: Parameter?
  /// The blocks, first to last.
  public let blocks: [DecoderBlock]
  /// After the last block.
  public let finalNormalization: Normalization
  /// The different ones among the layers' rotations.
  private let rotations: [RotaryPositions]
  /// For each form of the layers' pattern, the place of its rotation.
  private let rotationOfForm: [Int?]

  /// The name of ``tokenEmbedding``.
  static let tableName = "tokenEmbedding.weight"

  /// A decoder whose parameters come from a source.
  public init(_ configuration: DecoderConfiguration, from source: some ParameterSource) {
    if let problem = configuration.problem { preconditionFailure("Decoder: \(problem)") }
    self.configuration = configuration
    let width = configuration.width
    tokenEmbedding = source.parameter(
      Self.tableName, shape: [configuration.vocabulary, width],
      initially: .normal(standardDeviation: 0.02))
    positionEmbedding =
      configuration.hasPositionEmbedding
      ? source.parameter(
        "positionEmbedding.weight", shape: [configuration.context, width],
        initially: .normal(standardDeviation: 0.02)) : nil
    var rotations: [RotaryPositions] = []
    rotationOfForm = configuration.layerPattern.map { form in
      guard let rotary = form.rotary else { return nil }
      if let place = rotations.firstIndex(where: { $0.rotary == rotary }) { return place }
      rotations.append(
        RotaryPositions(
          rotary, context: configuration.context, headDimension: configuration.headDimension))
      return rotations.count - 1
    }
    self.rotations = rotations
    blocks = (0..<configuration.layers).map { layer in
      DecoderBlock("blocks.\(layer)", layer: layer, configuration, from: source)
    }
    finalNormalization = Normalization("finalNormalization", configuration, from: source)
  }

  /// The hidden states of sequences laid end to end.
  ///
  /// - Parameters:
  ///   - tokens: the tokens of every sequence.
  ///   - offsets: sequence `s` holds the tokens `offsets[s] ..< offsets[s + 1]`.
  /// - Returns: `[tokens, width]`, after the final normalisation.
  public func hiddenStates(of tokens: [Int32], offsets: [Int32]) -> Tensor {
    var context = SequenceAttention(offsets: offsets)
    return hiddenStates(of: tokens, context: &context)
  }

  /// - Parameters:
  ///   - isCheckpointed: whether each block's intermediate results are computed again for the gradient instead of kept.
  ///   - load: told what routers choose, and gives the balancing loss its gradient.
  package func hiddenStates(
    of tokens: [Int32], offsets: [Int32], dropout: Dropout?, isCheckpointed: Bool, load: ExpertLoad? = nil
  ) -> Tensor {
    var context = SequenceAttention(offsets: offsets)
    return hiddenStates(of: tokens, context: &context, dropout: dropout) { block, x, rotary, _, context in
      guard isCheckpointed else {
        return block(x, rotary: rotary, dropout: dropout, load: load, context: &context)
      }
      let output = checkpointed(x.sum) { [offsets] x in
        var context = SequenceAttention(offsets: offsets)
        return block(ResidualStream(x), rotary: rotary, dropout: dropout, load: load, context: &context).sum
      }
      return ResidualStream(output)
    }
  }

  /// - Returns: the hidden states of the tokens that the context wants, which alone go through the last block.
  package func hiddenStates(of tokens: [Int32], context: inout some AttentionContext) -> Tensor {
    hiddenStates(of: tokens, context: &context, dropout: nil) { block, x, rotary, wanted, context in
      block(x, rotary: rotary, dropout: nil, load: nil, wanted: wanted, context: &context)
    }
  }

  private func hiddenStates<Context: AttentionContext>(
    of tokens: [Int32], context: inout Context, dropout: Dropout?,
    through apply: (
      DecoderBlock, ResidualStream, RotaryPositions.Rows?, _ wanted: [Int32]?, inout Context
    ) -> ResidualStream
  ) -> Tensor {
    let positions = context.positions
    precondition(
      positions.count == tokens.count, "Decoder: \(tokens.count) tokens at \(positions.count) positions")
    precondition(
      positions.allSatisfy { $0 < Int32(configuration.context) },
      "Decoder: a sequence is longer than the context of \(configuration.context) tokens")
    var x = tokenEmbedding.tensor.rows(at: tokens)
    if configuration.multipliers.embedding != 1 { x = x * configuration.multipliers.embedding }
    if let positionEmbedding { x = x + positionEmbedding.tensor.rows(at: positions) }
    if let dropout { x = dropout(x, site: 0) }
    let lengths = rotations.isEmpty ? [] : context.sequenceLengths
    let rows = rotations.map { $0.rows(positions: positions, lengths: lengths) }
    var stream = ResidualStream(x)
    for (layer, block) in blocks.enumerated() {
      let rotary = rotationOfForm[layer % rotationOfForm.count].map { rows[$0] }
      stream = apply(block, stream, rotary, layer == blocks.count - 1 ? context.wanted : nil, &context)
    }
    return finalNormalization(stream).normal
  }

  /// Every parameter, in the order of the computation.
  public var parameters: [Parameter] {
    [tokenEmbedding] + (positionEmbedding.map { [$0] } ?? []) + blocks.flatMap(\.parameters)
      + finalNormalization.parameters
  }
}

extension DecoderConfiguration {
  /// The spread of the products that add to the residual stream: 0.02 / √(2 · layers), so that the stream's
  /// variance does not grow with the depth (Radford et al. 2019, section 2.3).
  var residualStandardDeviation: Float { 0.02 / Float(2 * layers).squareRoot() }
}
