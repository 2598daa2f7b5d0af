import MartletKernels

extension UnaryOperation {
  fileprivate var kernel: mk_unary_operation { mk_unary_operation(rawValue) }
}

extension CPUBackend {
  func unary(_ operation: UnaryOperation, _ x: Tensor) -> Tensor {
    defer { keep(x) }
    let y = Tensor.uninitialized(x.shape)
    mk_unary(operation.kernel, x.count, x.pointer, y.pointer)
    return y
  }

  func unaryGradient(_ operation: UnaryOperation, _ x: Tensor, _ gradient: Tensor) -> Tensor {
    defer { keep(x, gradient) }
    let dx = Tensor.uninitialized(x.shape)
    mk_unary_gradient(operation.kernel, x.count, x.pointer, gradient.pointer, dx.pointer)
    return dx
  }

  func binary(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor, shape: [Int]) -> Tensor {
    defer { keep(a, b) }
    let y = Tensor.uninitialized(shape)
    let (aRow, aColumn) = strides(of: a, in: y)
    let (bRow, bColumn) = strides(of: b, in: y)
    mk_binary(
      mk_binary_operation(operation.rawValue), y.rows, y.columns, a.pointer, aRow, aColumn, b.pointer, bRow,
      bColumn, y.pointer)
    return y
  }

  /// The row and column strides that repeat `x` over the elements of `y`.
  private func strides(of x: Tensor, in y: Tensor) -> (row: Int, column: Int) {
    if x.count == 1 { return (0, 0) }
    if x.shape == y.shape { return (y.columns, 1) }
    return x.columns == y.columns && x.rows == 1 ? (0, 1) : (1, 0)
  }

  func gated(_ activation: UnaryOperation, gate: Tensor, up: Tensor) -> Tensor {
    defer { keep(gate, up) }
    let y = Tensor.uninitialized(gate.shape)
    mk_gated(activation.kernel, gate.count, gate.pointer, up.pointer, y.pointer)
    return y
  }

  func gatedGradient(
    _ activation: UnaryOperation, gate: Tensor, up: Tensor, _ gradient: Tensor
  ) -> (gate: Tensor, up: Tensor) {
    defer { keep(gate, up, gradient) }
    let dgate = Tensor.uninitialized(gate.shape)
    let dup = Tensor.uninitialized(gate.shape)
    mk_gated_gradient(
      activation.kernel, gate.count, gate.pointer, up.pointer, gradient.pointer, dgate.pointer, dup.pointer)
    return (dgate, dup)
  }

  func dropout(_ x: Tensor, probability: Float, firstIndex: UInt64, _ stream: RandomStream) -> Tensor {
    defer { keep(x) }
    let y = Tensor.uninitialized(x.shape)
    mk_dropout(x.count, stream.seed, stream.stream, firstIndex, probability, x.pointer, y.pointer)
    return y
  }

  func accumulate(_ x: Tensor, into sum: inout Tensor) {
    defer { keep(x, sum) }
    mk_accumulate(x.count, x.pointer, sum.uniquePointer())
  }
}
