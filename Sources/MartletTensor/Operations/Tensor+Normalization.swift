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
    adding(nil, layerNormalizedBy: weight, bias: bias, epsilon: epsilon).normal
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
    adding(nil, rmsNormalizedBy: weight, offset: offset, epsilon: epsilon).normal
  }

  /// `self + other`, and ``layerNormalized(by:bias:epsilon:)`` of it, in one pass over memory.
  ///
  /// - Parameter other: of the same shape; nil for `self` alone.
  package func adding(
    _ other: Tensor?, layerNormalizedBy weight: Tensor, bias: Tensor?, epsilon: Float
  ) -> (sum: Tensor, normal: Tensor) {
    checkNormalized(by: weight, other)
    precondition(
      bias.map { $0.shape == [columns] } ?? true,
      "layerNormalized: a bias of shape \(bias?.shape ?? []) for rows of \(columns)")
    let result = backend.layerNormalize(self, adding: other, weight, bias, epsilon: epsilon)
    let (x, mean, inverse) = (result.sum, result.mean, result.inverse)
    let sum = recordedSum(x, with: other)
    let normal = result.output.recorded(from: [sum, weight] + (bias.map { [$0] } ?? [])) {
      [x = x.detached, weight = weight.detached] gradient in
      let backend = gradient.backend
      return [
        .value(addedTo: {
          backend.addLayerNormalizeGradient(gradient, x, weight, mean: mean, inverse: inverse, to: &$0)
        }),
        .sum(.rows) {
          backend.accumulateLayerNormalizeGradient(gradient, x, mean: mean, inverse: inverse, weight: &$0)
        },
        .sum(.rows) { backend.accumulateRows(gradient, into: &$0) },
      ]
    }
    return (sum, normal)
  }

  /// `self + other`, and ``rmsNormalized(by:offset:epsilon:)`` of it, in one pass over memory.
  ///
  /// - Parameter other: of the same shape; nil for `self` alone.
  package func adding(
    _ other: Tensor?, rmsNormalizedBy weight: Tensor, offset: Float = 0, epsilon: Float
  ) -> (sum: Tensor, normal: Tensor) {
    checkNormalized(by: weight, other)
    let factor = offset == 0 ? weight.detached : weight.detached + offset
    let result = backend.rmsNormalize(self, adding: other, factor, epsilon: epsilon)
    let (x, inverse) = (result.sum, result.inverse)
    let sum = recordedSum(x, with: other)
    let normal = result.output.recorded(from: [sum, weight]) { [x = x.detached] gradient in
      let backend = gradient.backend
      return [
        .value(addedTo: { backend.addRMSNormalizeGradient(gradient, x, factor, inverse: inverse, to: &$0) }),
        .sum(.rows) { backend.accumulateRMSNormalizeGradient(gradient, x, inverse: inverse, weight: &$0) },
      ]
    }
    return (sum, normal)
  }

  private func checkNormalized(by weight: Tensor, _ other: Tensor?) {
    precondition(
      weight.shape == [columns], "normalized: a weight of shape \(weight.shape) for rows of \(columns)")
    precondition(
      other.map { $0.shape == shape } ?? true,
      "normalized: \(other?.shape ?? []) is added to rows of another shape, \(shape)")
  }

  /// The sum that a normalisation has computed, with the memory of what it is made from.
  private func recordedSum(_ sum: Tensor, with other: Tensor?) -> Tensor {
    guard let other else { return self }
    return sum.recorded(from: [self, other]) { gradient in [.value(gradient), .value(gradient)] }
  }
}
