import MartletKernels

extension CPUBackend {
  func softmax(_ x: Tensor) -> Tensor {
    defer { keep(x) }
    let y = Tensor.uninitialized(x.shape)
    mk_softmax(x.rows, x.columns, x.pointer, y.pointer)
    return y
  }

  func softmaxGradient(_ gradient: Tensor, output: Tensor) -> Tensor {
    defer { keep(gradient, output) }
    let dx = Tensor.uninitialized(output.shape)
    mk_softmax_gradient(output.rows, output.columns, output.pointer, gradient.pointer, dx.pointer)
    return dx
  }

  func logSoftmax(_ x: Tensor) -> Tensor {
    defer { keep(x) }
    let y = Tensor.uninitialized(x.shape)
    mk_log_softmax(x.rows, x.columns, x.pointer, y.pointer)
    return y
  }

  func logSoftmaxGradient(_ gradient: Tensor, output: Tensor) -> Tensor {
    defer { keep(gradient, output) }
    let dx = Tensor.uninitialized(output.shape)
    mk_log_softmax_gradient(output.rows, output.columns, output.pointer, gradient.pointer, dx.pointer)
    return dx
  }

  func targetLogProbabilities(
    _ logits: Tensor, _ targets: [Int32]
  ) -> (logProbabilities: Tensor, logSumExp: Tensor) {
    defer { keep(logits) }
    let y = Tensor.uninitialized([logits.rows, 1])
    let logSumExp = Tensor.uninitialized([logits.rows, 1])
    mk_target_log_probability(
      logits.rows, logits.columns, logits.pointer, targets, y.pointer, logSumExp.pointer)
    return (y, logSumExp)
  }

  func targetLogProbabilitiesGradient(
    _ gradient: Tensor, logits: inout Tensor, _ targets: [Int32], logSumExp: Tensor
  ) {
    defer { keep(gradient, logits, logSumExp) }
    let (rows, columns) = (logits.rows, logits.columns)
    mk_target_log_probability_gradient(
      rows, columns, logits.uniquePointer(), targets, logSumExp.pointer, gradient.pointer)
  }
}
