import MartletTensor

/// The parts of a decoder and their sizes.
public struct DecoderConfiguration: Sendable, Equatable {
  /// How hidden states are normalised.
  public enum Normalization: Sendable, Equatable {
    /// Zero mean and unit variance, then by the weight.
    case layer
    /// Unit root mean square, then by the weight.
    case rootMeanSquare
    /// Unit root mean square, then by 1 + weight (Gemma).
    case offsetRootMeanSquare
  }

  /// Where a block normalises, and how its two branches meet the residual stream.
  public enum Block: Sendable, Equatable {
    /// x + attention(norm(x)), then the same with the feed-forward layer.
    case normalizingInputs
    /// x + attention(norm(x)) + feedForward(norm(x)), each with a normalisation of its own (GPT-NeoX).
    case parallel
    /// x + attention(norm(x)) + feedForward(norm(x)), of one normalisation (Phi).
    case parallelOnOneNormalization
    /// x + norm(attention(x)), then the same with the feed-forward layer (OLMo 2).
    case normalizingOutputs
    /// x + norm(attention(norm(x))), then the same with the feed-forward layer (Gemma 2).
    case normalizingBoth
  }

  /// The form of the layer that works on each token by itself.
  public enum FeedForward: Sendable, Equatable {
    /// down(activation(up(x))).
    case plain(UnaryOperation)
    /// down(activation(gate(x)) · up(x)).
    case gated(UnaryOperation)
  }

  /// Fixed numbers that multiply states.
  public struct Multipliers: Sendable, Equatable {
    /// Of the embeddings, before the first block.
    public var embedding: Float = 1
    /// Of each branch, before it is added to the residual stream.
    public var residual: Float = 1
    /// What the logits are divided by.
    public var logitDivisor: Float = 1

    /// Multipliers; 1 where nothing else is given.
    public init(embedding: Float = 1, residual: Float = 1, logitDivisor: Float = 1) {
      self.embedding = embedding
      self.residual = residual
      self.logitDivisor = logitDivisor
    }
  }

  /// The number of tokens in the vocabulary.
  public var vocabulary: Int
  /// The most tokens a sequence may have.
  public var context: Int
  /// The size of a hidden state.
  public var width: Int
  /// The number of blocks.
  public var layers: Int
  /// The number of query heads.
  public var heads: Int
  /// The number of key and value heads; each serves heads / keyValueHeads query heads.
  public var keyValueHeads: Int
  /// The size of one head.
  public var headDimension: Int
  /// The inner size of the feed-forward layer.
  public var feedForwardWidth: Int
  /// Whether a learned vector for each position is added to the token's.
  public var hasPositionEmbedding = false
  /// What differs from layer to layer, repeated as often as there are layers: layer `i` has the form `i` modulo their
  /// number.
  public var layerPattern = [LayerForm()]
  /// What attention is like in every layer.
  public var attention = AttentionForm()
  /// Where a block normalises.
  public var block = Block.normalizingInputs
  /// How hidden states are normalised.
  public var normalization: Normalization
  /// What is added to a variance or mean square before its root.
  public var normalizationEpsilon: Float
  /// Whether normalisation has a bias (layer normalisation only).
  public var normalizationBias = false
  /// The form of the feed-forward layer.
  public var feedForward: FeedForward
  /// Whether the feed-forward layer's products have biases.
  public var feedForwardBias = false
  /// The mixture of experts in the layers whose form asks for one; nil where none does.
  public var experts: ExpertsForm?
  /// Fixed numbers that multiply states.
  public var multipliers = Multipliers()
  /// The bound of the logits, cap · tanh(logit / cap); nil for none.
  public var logitSoftCap: Float?
  /// Whether the head is the table of embeddings itself.
  public var isTied: Bool
  /// Whether the head has a bias.
  public var hasHeadBias = false
  /// The probability with which training zeroes elements of the embeddings and of each block's two branches.
  public var dropout: Float = 0
  /// The token that a text starts with, the one it ends with.
  public var beginOfText: Int32?
  /// The token that ends a text.
  public var endOfText: Int32?
}

extension DecoderConfiguration {
  /// The form of a layer.
  public func layerForm(_ layer: Int) -> LayerForm { layerPattern[layer % layerPattern.count] }

  /// Whether the states of tokens already read change when their sequence grows from one length to another, since a
  /// layer's rotation depends on the length.
  package func changesStates(growingFrom length: Int, to longer: Int) -> Bool {
    layerPattern.contains { form in
      form.rotary.map { $0.variant(length: length) != $0.variant(length: longer) } ?? false
    }
  }

  /// Whether that can happen at any length.
  package var hasRotationByLength: Bool { layerPattern.contains { $0.rotary?.dependsOnLength ?? false } }

  /// Each form of the pattern and how many layers have it.
  package var layerFormCounts: [(form: LayerForm, layers: Int)] {
    layerPattern.enumerated().map { place, form in
      (form, layers / layerPattern.count + (place < layers % layerPattern.count ? 1 : 0))
    }
  }

  /// The number of scalars in the matrices: nearly all, and a Double, so that absurd sizes overflow nothing.
  package var matrixParameterCount: Double {
    let embeddings = (isTied ? 0 : Double(vocabulary)) + (hasPositionEmbedding ? Double(context) : 0)
    return productParameterCount + idleParameterCount + Double(width) * embeddings
  }

  /// The number of scalars in the matrices that a token's hidden state is multiplied by, the head among them and of
  /// experts those that it chooses: each costs a token one multiplication and one addition.
  package var productParameterCount: Double {
    let attention = 2 * Double(heads + keyValueHeads) * Double(headDimension)
    let feedForwardProducts: Double = if case .gated = feedForward { 3 } else { 2 }
    let mixtures = Double(expertLayers)
    var sum = Double(layers) * attention + Double(vocabulary)
    sum += (Double(layers) - mixtures) * feedForwardProducts * Double(feedForwardWidth)
    if let experts {
      sum += mixtures * (Double(experts.count) + 3 * Double(experts.perToken) * Double(experts.width))
    }
    return Double(width) * sum
  }

  /// The number of scalars in the matrices of the experts that a token does not choose.
  package var idleParameterCount: Double {
    guard let experts else { return 0 }
    let idle = Double(experts.count - experts.perToken) * 3 * Double(experts.width)
    return Double(expertLayers) * Double(width) * idle
  }

  /// How many layers have experts.
  package var expertLayers: Int {
    layerFormCounts.reduce(0) { $0 + ($1.form.feedForward == .experts ? $1.layers : 0) }
  }

  /// The number of scalars in the parameters that a token meets: all but those of the experts it does not choose.
  public var activeParameterCount: Int {
    guard let experts else { return parameterCount }
    let matrices = 3 * width * experts.width
    let biases = experts.hasBias ? 2 * experts.width + width : 0
    return parameterCount - expertLayers * (experts.count - experts.perToken) * (matrices + biases)
  }

  /// The number of scalars in all parameters.
  public var parameterCount: Int {
    let source = ParameterShapes()
    let decoder = Decoder(self, from: source)
    _ = LanguageModelHead(self, decoder: decoder, from: source)
    return source.shapes.values.reduce(0) { $0 + $1.reduce(1, *) }
  }
}
