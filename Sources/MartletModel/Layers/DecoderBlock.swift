import MartletTensor

/// One block: attention and a feed-forward layer, whose results are added to the states. The configuration says which
/// of the four normalisations there are.
public final class DecoderBlock: Sendable {
  /// Before attention.
  public let attentionNormalization: Normalization?
  /// Mixes tokens.
  public let attention: SelfAttention
  /// After attention.
  public let attentionOutputNormalization: Normalization?
  /// Before the feed-forward layer.
  public let feedForwardNormalization: Normalization?
  /// Works on each token; nil where experts do.
  public let feedForward: FeedForward?
  /// Work on each token in the feed-forward layer's place, as a router chooses.
  public let experts: ExpertFeedForward?
  /// After the feed-forward layer.
  public let feedForwardOutputNormalization: Normalization?
  private let layer: Int
  private let isParallel: Bool
  private let multiplier: Float

  init(_ path: String, layer: Int, _ configuration: DecoderConfiguration, from source: some ParameterSource) {
    func normalization(_ name: String, _ isThere: Bool) -> Normalization? {
      isThere ? Normalization("\(path).\(name)", configuration, from: source) : nil
    }
    let block = configuration.block
    let (hasInputs, hasOutputs) = (
      block != .normalizingOutputs, block == .normalizingOutputs || block == .normalizingBoth
    )
    attentionNormalization = normalization("attentionNormalization", hasInputs)
    attention = SelfAttention(path + ".attention", layer: layer, configuration, from: source)
    attentionOutputNormalization = normalization("attentionOutputNormalization", hasOutputs)
    feedForwardNormalization = normalization(
      "feedForwardNormalization", hasInputs && block != .parallelOnOneNormalization)
    if configuration.layerForm(layer).feedForward == .experts, let form = configuration.experts {
      feedForward = nil
      experts = ExpertFeedForward(path + ".feedForward", layer: layer, form, configuration, from: source)
    } else {
      feedForward = FeedForward(path + ".feedForward", configuration, from: source)
      experts = nil
    }
    feedForwardOutputNormalization = normalization("feedForwardOutputNormalization", hasOutputs)
    self.layer = layer
    isParallel = block == .parallel || block == .parallelOnOneNormalization
    multiplier = configuration.multipliers.residual
  }

  /// - Parameter wanted: the places of the tokens whose states are computed; nil for all. All are seen by them.
  func callAsFunction(
    _ stream: ResidualStream, rotary: RotaryPositions.Rows?, dropout: Dropout?, load: ExpertLoad?,
    wanted: [Int32]? = nil, context: inout some AttentionContext
  ) -> ResidualStream {
    let (x, seen) = stream.normalized(by: attentionNormalization)
    let attended = attention(seen, rotary: rotary, wanted: wanted, context: &context)
    let (states, normal) = wanted.map { (x.rows(at: $0), seen.rows(at: $0)) } ?? (x, seen)
    let mixed = branch(attended, attentionOutputNormalization, dropout, site: 2 * layer + 1)
    if isParallel {
      let change = changed(feedForwardNormalization?(states) ?? normal, dropout, load)
      return ResidualStream(states, adding: change + mixed)
    }
    let (between, read) = ResidualStream(states, adding: mixed).normalized(by: feedForwardNormalization)
    return ResidualStream(between, adding: changed(read, dropout, load))
  }

  /// What the feed-forward layer adds to the states.
  private func changed(_ normal: Tensor, _ dropout: Dropout?, _ load: ExpertLoad?) -> Tensor {
    let result = experts.map { $0(normal, load: load) } ?? feedForward.map { $0(normal) } ?? normal
    return branch(result, feedForwardOutputNormalization, dropout, site: 2 * layer + 2)
  }

  /// A layer's result as it is added to the states.
  private func branch(
    _ result: Tensor, _ normalization: Normalization?, _ dropout: Dropout?, site: Int
  ) -> Tensor {
    let normal = normalization?(result) ?? result
    let scaled = multiplier == 1 ? normal : normal * multiplier
    return dropout?(scaled, site: site) ?? scaled
  }

  /// The matrix products.
  var products: [Linear] { attention.products + (feedForward?.products ?? []) }

  var parameters: [Parameter] {
    let parts = [
      attentionNormalization?.parameters, attention.parameters, attentionOutputNormalization?.parameters,
      feedForwardNormalization?.parameters, feedForward?.parameters, experts?.parameters,
      feedForwardOutputNormalization?.parameters,
    ]
    return parts.flatMap { $0 ?? [] }
  }
}
