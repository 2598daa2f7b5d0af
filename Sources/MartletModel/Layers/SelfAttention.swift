import MartletTensor

/// Which keys and values the queries of a forward pass see.
///
/// In training they are the batch's own (``SequenceAttention``); in generation a cache adds those that came before.
package protocol AttentionContext {
  /// The position of each token within its own sequence.
  var positions: [Int32] { get }
  /// The length of each token's sequence, what was read before and what follows in the pass included.
  var sequenceLengths: [Int32] { get }
  /// The places in the pass of the tokens whose states are wanted after the last block; nil for all.
  var wanted: [Int32]? { get }

  /// Attends with one layer's queries, keys and values of the pass's tokens. Where fewer queries come than keys, they
  /// are those of the ``wanted`` tokens.
  mutating func attend(
    layer: Int, queries: Tensor, keys: Tensor, values: Tensor, sinks: Tensor?,
    _ configuration: DecoderConfiguration
  ) -> Tensor
}

/// Sequences laid end to end, each of which attends to itself.
package struct SequenceAttention: AttentionContext {
  /// Sequence `s` holds the tokens `offsets[s] ..< offsets[s + 1]`.
  let offsets: [Int32]

  package init(offsets: [Int32]) { self.offsets = offsets }

  package var positions: [Int32] {
    zip(offsets, offsets.dropFirst()).flatMap { start, end in Array(0..<end - start) }
  }

  package var sequenceLengths: [Int32] {
    zip(offsets, offsets.dropFirst()).flatMap { start, end in
      Array(repeating: end - start, count: Int(end - start))
    }
  }

  package var wanted: [Int32]? { nil }

  package func attend(
    layer: Int, queries: Tensor, keys: Tensor, values: Tensor, sinks: Tensor?,
    _ configuration: DecoderConfiguration
  ) -> Tensor {
    queries.attending(
      to: keys, values: values, offsets: offsets, heads: configuration.heads,
      keyValueHeads: configuration.keyValueHeads, window: configuration.layerForm(layer).window,
      scale: configuration.attention.scale(headDimension: configuration.headDimension),
      softCap: configuration.attention.softCap, sinks: sinks)
  }
}

/// Multi-head causal attention with grouped queries.
///
/// - Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2; grouped queries: Ainslie et al. 2023,
///   arXiv:2305.13245.
public struct SelfAttention: Sendable {
  /// To `[tokens, heads · headDimension]`.
  public let query: Linear
  /// To `[tokens, keyValueHeads · headDimension]`.
  public let key: Linear
  /// To `[tokens, keyValueHeads · headDimension]`.
  public let value: Linear
  /// Back to `[tokens, width]`.
  public let output: Linear
  /// Of queries, before they are rotated.
  public let queryNormalization: Normalization?
  /// Of keys, before they are rotated.
  public let keyNormalization: Normalization?
  /// `[heads]`: a logit of each head that joins its softmax without a value.
  public let sinks: Parameter?
  private let configuration: DecoderConfiguration
  private let layer: Int

  init(
    _ path: String, layer: Int, _ configuration: DecoderConfiguration, from source: some ParameterSource
  ) {
    let queries = configuration.heads * configuration.headDimension
    let keys = configuration.keyValueHeads * configuration.headDimension
    let (width, hasBias) = (configuration.width, configuration.attention.inputBias)
    query = Linear(path + ".query", inputs: width, outputs: queries, hasBias: hasBias, from: source)
    key = Linear(path + ".key", inputs: width, outputs: keys, hasBias: hasBias, from: source)
    value = Linear(path + ".value", inputs: width, outputs: keys, hasBias: hasBias, from: source)
    output = Linear(
      path + ".output", inputs: queries, outputs: width, hasBias: configuration.attention.outputBias,
      standardDeviation: configuration.residualStandardDeviation, from: source)
    func normalization(_ name: String, _ size: Int) -> Normalization? {
      let form = configuration.attention.queryKeyNormalization
      if form == .none { return nil }
      return Normalization(
        "\(path).\(name)", queriesOrKeysOf: form == .perHead ? configuration.headDimension : size,
        configuration, from: source)
    }
    queryNormalization = normalization("queryNormalization", queries)
    keyNormalization = normalization("keyNormalization", keys)
    sinks =
      configuration.attention.hasSinks
      ? source.parameter(
        path + ".sinks", shape: [configuration.heads], initially: .normal(standardDeviation: 0.02)) : nil
    self.configuration = configuration
    self.layer = layer
  }

  /// - Parameter wanted: the places of the tokens that attend; nil for all.
  func callAsFunction(
    _ x: Tensor, rotary: RotaryPositions.Rows?, wanted: [Int32]?, context: inout some AttentionContext
  ) -> Tensor {
    let products =
      wanted.map { [query(x.rows(at: $0))] + Linear.results(of: [key, value], for: x) }
      ?? Linear.results(of: [query, key, value], for: x)
    var (queries, keys) = (
      normalized(products[0], by: queryNormalization), normalized(products[1], by: keyNormalization)
    )
    if let rotary {
      queries = (wanted.map(rotary.only) ?? rotary)(queries, heads: configuration.heads)
      keys = rotary(keys, heads: configuration.keyValueHeads)
    }
    return output(
      context.attend(
        layer: layer, queries: queries, keys: keys, values: products[2], sinks: sinks?.tensor, configuration))
  }

  /// Queries or keys, normalised as wide as the weight: a head or all heads at a time.
  private func normalized(_ x: Tensor, by normalization: Normalization?) -> Tensor {
    guard let normalization else { return x }
    let size = normalization.weight.value.count
    guard size != x.columns else { return normalization(x) }
    return normalization(x.reshaped([x.count / size, size])).reshaped(x.shape)
  }

  /// The matrix products.
  var products: [Linear] { [query, key, value, output] }

  var parameters: [Parameter] {
    query.parameters + key.parameters + value.parameters + output.parameters
      + (queryNormalization?.parameters ?? []) + (keyNormalization?.parameters ?? [])
      + (sinks.map { [$0] } ?? [])
  }
}
