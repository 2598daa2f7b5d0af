extension Tensor {
  /// `self · weightᵀ + bias`.
  ///
  /// - Parameters:
  ///   - weight: `[outputs, inputs]`, kept as float32 or bfloat16; self is `[rows, inputs]`.
  ///   - bias: `[outputs]`.
  /// - Returns: `[rows, outputs]`.
  public func linear(_ weight: Tensor, bias: Tensor? = nil) -> Tensor {
    checkLinear(weight, bias)
    let precision = ProductPrecision.current
    return backend.linear(self, weight, bias, precision).recorded(
      from: [self, weight] + (bias.map { [$0] } ?? [])
    ) {
      [x = SavedTensor(self), weight = weight.detached] gradient in
      let backend = gradient.backend
      return [
        .value(backend.linearInputGradient(gradient, weight, precision)),
        .sum(
          .product,
          startingOrInto: {
            backend.accumulateLinearWeightGradient(gradient, x.tensor, into: &$0, precision)
          }),
        .sum(.rows) { backend.accumulateRows(gradient, into: &$0) },
      ]
    }
  }

  /// ``linear(_:bias:)`` with each of several weights, in one go: without gradients, decoding hands its few rows over
  /// to the threads once instead of once a weight.
  package func linear(_ factors: [(weight: Tensor, bias: Tensor?)]) -> [Tensor] {
    if GradientRecording.isOn || ProductPrecision.current != .float32 {
      return factors.map { linear($0.weight, bias: $0.bias) }
    }
    for (weight, bias) in factors { checkLinear(weight, bias) }
    return backend.linear(self, factors)
  }

  private func checkLinear(_ weight: Tensor, _ bias: Tensor?) {
    precondition(
      shape.count == 2 && weight.shape.count == 2 && columns == weight.columns,
      "linear: an input of shape \(shape) for a weight of shape \(weight.shape)")
    precondition(
      bias.map { $0.shape == [weight.shape[0]] } ?? true,
      "linear: a bias of shape \(bias?.shape ?? []) for a weight of shape \(weight.shape)")
  }
}
