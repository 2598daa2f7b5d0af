/// What may differ from one layer of a decoder to the next.
public struct LayerForm: Sendable, Equatable {
  /// What stands in the place of the feed-forward layer.
  public enum FeedForwardKind: Sendable, Equatable {
    /// One feed-forward layer.
    case dense
    /// Several, of which a router chooses for each token, as ``DecoderConfiguration/experts`` says.
    case experts
  }

  /// How queries and keys are rotated; nil where attention does not know positions.
  public var rotary: Rotary?
  /// How many tokens a query sees at most, itself included; nil for all before it.
  public var window: Int?
  /// What stands in the place of the feed-forward layer.
  public var feedForward = FeedForwardKind.dense

  /// A form.
  public init(rotary: Rotary? = nil, window: Int? = nil) {
    self.rotary = rotary
    self.window = window
  }

  /// The shortest pattern that gives each of some layers its form.
  static func pattern(layers: Int, _ form: (Int) -> LayerForm) -> [LayerForm] {
    let forms = (0..<layers).map(form)
    // The longest part that the forms both begin and end with, as Knuth, Morris and Pratt find it: what is left of it
    // is the period.
    var borders = [0]
    for place in forms.indices.dropFirst() {
      var border = borders[place - 1]
      while border > 0, forms[border] != forms[place] { border = borders[border - 1] }
      borders.append(forms[border] == forms[place] ? border + 1 : 0)
    }
    return Array(forms.prefix(layers - borders[max(layers - 1, 0)]))
  }
}

/// What attention is like in every layer of a decoder.
public struct AttentionForm: Sendable, Equatable {
  /// What products of queries and keys are multiplied by.
  public enum Scale: Sendable, Equatable {
    /// 1/√headDimension.
    case headDimension
    /// 1/√x (Gemma 2).
    case inverseRoot(of: Double)
    /// A number of its own (Granite).
    case factor(Float)
  }

  /// How queries and keys are normalised before they are rotated; by root mean square, with a weight each.
  public enum QueryKeyNormalization: Sendable, Equatable {
    /// Not at all.
    case none
    /// Each head by itself, with one weight for all (Qwen3).
    case perHead
    /// All heads of a token together (OLMo 2).
    case whole
  }

  /// Whether the products that give queries, keys and values have biases.
  public var inputBias = false
  /// Whether the product that leads back to the width has a bias.
  public var outputBias = false
  /// How queries and keys are normalised.
  public var queryKeyNormalization = QueryKeyNormalization.none
  /// What products of queries and keys are multiplied by.
  public var scale = Scale.headDimension
  /// The bound of the scores, cap · tanh(score / cap); nil for none.
  public var softCap: Float?
  /// Whether each head has a sink: a learned logit that draws probability from the keys (GPT-OSS).
  public var hasSinks = false

  /// A form with biases everywhere or nowhere.
  public init(hasBias: Bool = false) { self.hasBias = hasBias }

  /// Whether all products have biases; setting it gives all of them biases, or none.
  public var hasBias: Bool {
    get { inputBias && outputBias }
    set { (inputBias, outputBias) = (newValue, newValue) }
  }

  /// What products of queries and keys of a size are multiplied by.
  package func scale(headDimension: Int) -> Float {
    switch scale {
    case .headDimension: 1 / Float(headDimension).squareRoot()
    case .inverseRoot(let scalar): Float(1 / scalar.squareRoot())
    case .factor(let factor): factor
    }
  }
}
