extension Tensor {
  /// (u + 1) · g · sigmoid(alpha · g), with g the gate up to `limit` and u within `-limit ... limit`: the gate of
  /// GPT-OSS's experts.
  ///
  /// No gradient flows to what lies beyond a bound.
  ///
  /// - Parameters:
  ///   - up: of the gate's shape.
  ///   - alpha: how steep the gate is; with 1.702 it is nearly GELU's.
  ///   - limit: the bound.
  /// - Source: OpenAI 2025, "gpt-oss-120b & gpt-oss-20b model card", arXiv:2508.10925.
  public func clampedGating(_ up: Tensor, alpha: Float, limit: Float) -> Tensor {
    precondition(
      shape == up.shape, "clampedGating: a gate of shape \(shape) for values of shape \(up.shape)")
    precondition(limit >= 0, "clampedGating: the limit \(limit) is below 0")
    return backend.clampedGate(gate: self, up: up, alpha: alpha, limit: limit).recorded(from: [self, up]) {
      [gate = detached, up = up.detached] gradient in
      let gradients = gate.backend.clampedGateGradient(
        gate: gate, up: up, alpha: alpha, limit: limit, gradient)
      return [.value(gradients.gate), .value(gradients.up)]
    }
    .recomputed { [gate = detached, up = up.detached] in
      gate.backend.clampedGate(gate: gate, up: up, alpha: alpha, limit: limit)
    }
  }
}
