import MartletTensor

/// Layer normalisation or root-mean-square normalisation, as the configuration says.
public struct Normalization: Sendable {
  /// `[width]`.
  public let weight: Parameter
  /// `[width]`, or none.
  public let bias: Parameter?
  private let form: DecoderConfiguration.Normalization
  private let epsilon: Float

  init(_ path: String, _ configuration: DecoderConfiguration, from source: some ParameterSource) {
    let shape = [configuration.width]
    weight = source.parameter(path + ".weight", shape: shape, initially: .ones)
    bias =
      configuration.normalizationBias
      ? source.parameter(path + ".bias", shape: shape, initially: .zeros) : nil
    form = configuration.normalization
    epsilon = configuration.normalizationEpsilon
  }

  /// `[tokens, width]` to the same.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch form {
    case .layer: x.layerNormalized(by: weight.tensor, bias: bias?.tensor, epsilon: epsilon)
    case .rootMeanSquare: x.rmsNormalized(by: weight.tensor, epsilon: epsilon)
    }
  }

  var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }
}
