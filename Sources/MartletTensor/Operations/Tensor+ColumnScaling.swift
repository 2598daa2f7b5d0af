extension Tensor {
  /// Each column times a number of its own.
  ///
  /// As `self * scale`, but the gradient of `scale` is a sum over rows that goes on from one micro-batch to the next,
  /// which a parameter's must be.
  ///
  /// - Parameter scale: `[columns]`; self is `[rows, columns]`.
  public func columnsScaled(by scale: Tensor) -> Tensor {
    precondition(
      shape.count == 2 && scale.shape == [columns],
      "columnsScaled: a scale of shape \(scale.shape) for \(shape)")
    let output = backend.binary(.multiply, self, scale, shape: shape)
    return output.recorded(from: [self, scale]) { [x = detached, scale = scale.detached] gradient in
      let backend = gradient.backend
      return [
        .value(backend.binary(.multiply, gradient, scale, shape: gradient.shape)),
        // Rows of unit root mean square already: the same sum Σ gradient · x.
        .sum(.rows) {
          backend.accumulateRMSNormalizeGradient(
            gradient, x, inverse: .filled(with: 1, shape: [x.rows]), weight: &$0)
        },
      ]
    }
  }
}
