import MartletTensor

/// One block: attention and a feed-forward layer, each on normalised states and added back.
public struct DecoderBlock: Sendable {
  /// Before attention.
  public let attentionNormalization: Normalization
  /// Mixes tokens.
  public let attention: SelfAttention
  /// Before the feed-forward layer.
  public let feedForwardNormalization: Normalization
  /// Works on each token.
  public let feedForward: FeedForward
  private let layer: Int

  init(_ path: String, layer: Int, _ configuration: DecoderConfiguration, from source: some ParameterSource) {
    attentionNormalization = Normalization(path + ".attentionNormalization", configuration, from: source)
    attention = SelfAttention(path + ".attention", layer: layer, configuration, from: source)
    feedForwardNormalization = Normalization(path + ".feedForwardNormalization", configuration, from: source)
    feedForward = FeedForward(path + ".feedForward", configuration, from: source)
    self.layer = layer
  }

  package func callAsFunction(
    _ x: Tensor, rotary: RotaryTable?, dropout: Dropout?, context: inout some AttentionContext
  ) -> Tensor {
    let mixed = attention(attentionNormalization(x), rotary: rotary, context: &context)
    let x = x + (dropout?(mixed, site: 2 * layer + 1) ?? mixed)
    let changed = feedForward(feedForwardNormalization(x))
    return x + (dropout?(changed, site: 2 * layer + 2) ?? changed)
  }

  /// The matrix products.
  var products: [Linear] { attention.products + feedForward.products }

  var parameters: [Parameter] {
    attentionNormalization.parameters + attention.parameters + feedForwardNormalization.parameters
      + feedForward.parameters
  }
}
