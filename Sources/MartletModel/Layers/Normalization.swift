import MartletTensor

/// Layer normalisation or root-mean-square normalisation, as the configuration says.
public struct Normalization: Sendable {
  /// `[width]`; of queries and keys as many as are normalised together.
  public let weight: Parameter
  /// `[width]`, or none.
  public let bias: Parameter?
  private let form: DecoderConfiguration.Normalization
  private let epsilon: Float

  /// The decoder's normalisation of hidden states.
  init(_ path: String, _ configuration: DecoderConfiguration, from source: some ParameterSource) {
    self.init(
      path, size: configuration.width, configuration.normalization, hasBias: configuration.normalizationBias,
      configuration, from: source)
  }

  /// The decoder's normalisation of queries or keys, always by root mean square.
  init(
    _ path: String, queriesOrKeysOf size: Int, _ configuration: DecoderConfiguration,
    from source: some ParameterSource
  ) {
    let form = configuration.normalization == .layer ? .rootMeanSquare : configuration.normalization
    self.init(path, size: size, form, hasBias: false, configuration, from: source)
  }

  private init(
    _ path: String, size: Int, _ form: DecoderConfiguration.Normalization, hasBias: Bool,
    _ configuration: DecoderConfiguration, from source: some ParameterSource
  ) {
    weight = source.parameter(
      path + ".weight", shape: [size], initially: form == .offsetRootMeanSquare ? .zeros : .ones)
    bias = hasBias ? source.parameter(path + ".bias", shape: [size], initially: .zeros) : nil
    self.form = form
    epsilon = configuration.normalizationEpsilon
  }

  /// `[tokens, width]` to the same.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(ResidualStream(x)).normal }

  /// A stream's sum, and that normalised.
  func callAsFunction(_ stream: ResidualStream) -> (sum: Tensor, normal: Tensor) {
    let (x, added) = (stream.states, stream.added)
    return switch form {
    case .layer: x.adding(added, layerNormalizedBy: weight.tensor, bias: bias?.tensor, epsilon: epsilon)
    case .rootMeanSquare: x.adding(added, rmsNormalizedBy: weight.tensor, epsilon: epsilon)
    case .offsetRootMeanSquare: x.adding(added, rmsNormalizedBy: weight.tensor, offset: 1, epsilon: epsilon)
    }
  }

  var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }
}
