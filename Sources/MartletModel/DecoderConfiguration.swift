import MartletTensor

/// The parts of a decoder and their sizes.
public struct DecoderConfiguration: Sendable, Equatable {
  /// How a decoder knows where a token stands.
  public enum Positions: Sendable, Equatable {
    /// A learned vector for each position, added to the token's.
    case learned
    /// Queries and keys rotated by angles position · base^(-2i/headDimension).
    case rotary(base: Double)
  }

  /// How hidden states are normalised.
  public enum Normalization: Sendable, Equatable {
    /// Zero mean and unit variance.
    case layer
    /// Unit root mean square.
    case rootMeanSquare
  }

  /// The form of the layer that works on each token by itself.
  public enum FeedForward: Sendable, Equatable {
    /// down(activation(up(x))).
    case plain(UnaryOperation)
    /// down(activation(gate(x)) · up(x)).
    case gated(UnaryOperation)
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
  /// How positions are known.
  public var positions: Positions
  /// How hidden states are normalised.
  public var normalization: Normalization
  /// What is added to a variance or mean square before its root.
  public var normalizationEpsilon: Float
  /// The form of the feed-forward layer.
  public var feedForward: FeedForward
  /// Whether attention's products have biases.
  public var attentionBias: Bool
  /// Whether the feed-forward layer's products have biases.
  public var feedForwardBias: Bool
  /// Whether normalisation has a bias (layer normalisation only).
  public var normalizationBias: Bool
  /// Whether the head is the table of embeddings itself.
  public var isTied: Bool
  /// The probability with which training zeroes elements of the embeddings and of each block's two branches.
  public var dropout: Float = 0
  /// How many tokens a query sees at most, itself included; nil for all before it.
  public var window: Int?
  /// The token that a text starts with, the one it ends with.
  public var beginOfText: Int32?
  /// The token that ends a text.
  public var endOfText: Int32?
}

extension DecoderConfiguration {
  /// Tokens and offsets are 32-bit, and a product of two sizes must not overflow.
  package static let largestSize = Int(Int32.max)

  /// What contradicts itself, as one sentence; nil when nothing does.
  public var problem: String? {
    let sizes = [
      ("vocabulary", vocabulary), ("context", context), ("width", width), ("layers", layers),
      ("heads", heads), ("key-value heads", keyValueHeads), ("head dimension", headDimension),
      ("feed-forward width", feedForwardWidth),
    ]
    if let (name, size) = sizes.first(where: { $0.1 < 1 }) {
      return "the \(name) must be at least 1, not \(size)"
    }
    if let (name, size) = sizes.first(where: { $0.1 > Self.largestSize }) {
      return "the \(name) must be at most \(Self.largestSize), not \(size)"
    }
    if heads % keyValueHeads != 0 {
      return "the number of heads (\(heads)) must be a multiple of the key-value heads (\(keyValueHeads))"
    }
    if case .rotary = positions, headDimension % 2 != 0 {
      return "rotary positions need an even head dimension, not \(headDimension)"
    }
    if case .rotary(let base) = positions, !(base > 0 && base.isFinite) {
      return "the base of rotary positions must be above 0, not \(base)"
    }
    if !(normalizationEpsilon >= 0 && normalizationEpsilon.isFinite) {
      return "the epsilon of normalisation must be at least 0, not \(normalizationEpsilon)"
    }
    if !(dropout >= 0 && dropout < 1) { return "the dropout must be at least 0 and below 1, not \(dropout)" }
    if let window, window < 1 { return "the attention window must be at least 1, not \(window)" }
    return nil
  }

  /// The number of scalars in the matrices: nearly all, and a Double, so that absurd sizes overflow nothing.
  package var matrixParameterCount: Double {
    let embeddings = (isTied ? 0 : Double(vocabulary)) + (positions == .learned ? Double(context) : 0)
    return productParameterCount + Double(width) * embeddings
  }

  /// The number of scalars in the matrices that hidden states are multiplied by, the head among them: each costs a
  /// token one multiplication and one addition.
  package var productParameterCount: Double {
    let attention = 2 * Double(heads + keyValueHeads) * Double(headDimension)
    let feedForwardProducts: Double = if case .gated = feedForward { 3 } else { 2 }
    let block = attention + feedForwardProducts * Double(feedForwardWidth)
    return Double(width) * (Double(layers) * block + Double(vocabulary))
  }

  /// The number of scalars in all parameters.
  public var parameterCount: Int {
    let source = ParameterShapes()
    let decoder = Decoder(self, from: source)
    _ = LanguageModelHead(self, decoder: decoder, from: source)
    return source.shapes.values.reduce(0) { $0 + $1.reduce(1, *) }
  }
}
