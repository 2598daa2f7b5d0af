import MartletKernels

extension CPUBackend {
  func clampedGate(gate: Tensor, up: Tensor, alpha: Float, limit: Float) -> Tensor {
    defer { keep(gate, up) }
    let y = Tensor.uninitialized(gate.shape)
    mk_clamped_gate(gate.count, alpha, limit, gate.pointer, up.pointer, y.pointer)
    return y
  }

  func clampedGateGradient(
    gate: Tensor, up: Tensor, alpha: Float, limit: Float, _ gradient: Tensor
  ) -> (gate: Tensor, up: Tensor) {
    defer { keep(gate, up, gradient) }
    let dgate = Tensor.uninitialized(gate.shape)
    let dup = Tensor.uninitialized(gate.shape)
    mk_clamped_gate_gradient(
      gate.count, alpha, limit, gate.pointer, up.pointer, gradient.pointer, dgate.pointer, dup.pointer)
    return (dgate, dup)
  }

  func topColumns(of x: Tensor, each: Int) -> [Int32] {
    defer { keep(x) }
    return [Int32](unsafeUninitializedCapacity: x.rows * each) { buffer, filled in
      mk_top_columns(x.rows, x.columns, each, x.pointer, buffer.baseAddress)
      filled = x.rows * each
    }
  }

  func combinedRows(of x: Tensor, at places: [Int32], each: Int, weights: Tensor?) -> Tensor {
    defer { keep(x, weights) }
    let rows = places.count / each
    let y = Tensor.uninitialized([rows, x.columns])
    mk_combine_rows(rows, each, x.columns, places, weights?.pointer, x.pointer, y.pointer)
    return y
  }

  func combinedRowsGradient(
    _ gradient: Tensor, of x: Tensor, at places: [Int32], weights: Tensor
  ) -> (rows: Tensor, weights: Tensor) {
    defer { keep(gradient, x, weights) }
    let dx = Tensor.uninitialized(x.shape)
    let dweights = Tensor.uninitialized(weights.shape)
    mk_combine_rows_gradient(
      weights.rows, weights.columns, x.columns, places, weights.pointer, x.pointer, gradient.pointer,
      dx.pointer,
      dweights.pointer)
    return (dx, dweights)
  }
}
