extension Tensor {
  /// Scales each row to zero mean and unit variance, then by `weight`, plus `bias`.
  ///
  /// - Parameters:
  ///   - weight: `[width]`.
  ///   - bias: `[width]`, or none.
  ///   - epsilon: added to the variance before the root.
  /// - Returns: `[rows, width]`.
  /// - Source: Ba, Kiros and Hinton 2016, arXiv:1607.06450, equation 4.
  public func layerNormalized(by weight: Tensor, bias: Tensor? = nil, epsilon: Float) -> Tensor {
    precondition(
      weight.shape == [columns] && (bias.map { $0.shape == [columns] } ?? true),
      "layerNormalized: a weight of shape \(weight.shape) for rows of \(columns)")
    let (output, mean, inverse) = backend.layerNormalize(self, weight, bias, epsilon: epsilon)
    return output.recorded(from: [self, weight] + (bias.map { [$0] } ?? [])) {
      [x = detached, weight = weight.detached] gradient in
      let backend = gradient.backend
      return [
        .value(backend.layerNormalizeGradient(gradient, x, weight, mean: mean, inverse: inverse)),
        .sum(.rows) {
          backend.accumulateLayerNormalizeGradient(gradient, x, mean: mean, inverse: inverse, weight: &$0)
        },
        .sum(.rows) { backend.accumulateRows(gradient, into: &$0) },
      ]
    }
  }

  /// Scales each row to unit root mean square, then by `weight` + `offset`.
  ///
  /// - Parameters:
  ///   - weight: `[width]`.
  ///   - offset: added to every weight; 1 in Gemma's models, whose weights are kept as the difference from it.
  ///   - epsilon: added to the mean square before the root.
  /// - Returns: `[rows, width]`.
  /// - Source: Zhang and Sennrich 2019, arXiv:1910.07467, equation 4.
  public func rmsNormalized(by weight: Tensor, offset: Float = 0, epsilon: Float) -> Tensor {
    precondition(
      weight.shape == [columns], "rmsNormalized: a weight of shape \(weight.shape) for rows of \(columns)")
    let factor = offset == 0 ? weight.detached : weight.detached + offset
    let (output, inverse) = backend.rmsNormalize(self, factor, epsilon: epsilon)
    return output.recorded(from: [self, weight]) { [x = detached] gradient in
      let backend = gradient.backend
      return [
        .value(backend.rmsNormalizeGradient(gradient, x, factor, inverse: inverse)),
        .sum(.rows) { backend.accumulateRMSNormalizeGradient(gradient, x, inverse: inverse, weight: &$0) },
      ]
    }
  }
}
