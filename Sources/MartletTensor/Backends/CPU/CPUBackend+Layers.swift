import MartletKernels

extension ProductPrecision {
  /// The kernel.
  fileprivate var product:
    (
      mk_product, mk_start, Int, Int, Int, UnsafePointer<Float>?, Int, UnsafePointer<Float>?, Int,
      UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int
    ) -> Void
  {
    switch self {
    case .float32: mk_matrix_product
    case .bfloat16: mk_matrix_product_bfloat16
    }
  }
}

extension CPUBackend {
  func linear(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ precision: ProductPrecision) -> Tensor {
    defer { keep(x, weight, bias) }
    let y = Tensor.uninitialized([x.rows, weight.rows])
    let start = bias == nil ? MK_START_ZERO : MK_START_BIAS
    if precision == .float32 {
      withUnsafePointer(to: factor(weight, bias, y)) { factor in
        mk_matrix_products(start, x.rows, x.columns, x.pointer, x.columns, factor, 1)
      }
    } else {
      mk_matrix_product_bfloat16(
        MK_PRODUCT_NT, start, x.rows, weight.rows, x.columns, x.pointer, x.columns, weight.pointer,
        weight.columns, bias?.pointer, y.pointer, y.columns)
    }
    return y
  }

  func linear(_ x: Tensor, _ factors: [(weight: Tensor, bias: Tensor?)]) -> [Tensor] {
    defer { keep(x, factors) }
    let results = factors.map { Tensor.uninitialized([x.rows, $0.weight.rows]) }
    withUnsafeTemporaryAllocation(of: mk_factor.self, capacity: factors.count) { list in
      for (index, (weight, bias)) in factors.enumerated() {
        list.initializeElement(at: index, to: factor(weight, bias, results[index]))
      }
      mk_matrix_products(
        MK_START_BIAS, x.rows, x.columns, x.pointer, x.columns, list.baseAddress, factors.count)
    }
    return results
  }

  private func factor(_ weight: Tensor, _ bias: Tensor?, _ y: Tensor) -> mk_factor {
    let isNarrow = weight.elementType == .bfloat16
    return mk_factor(
      columns: weight.rows, is_bfloat16: isNarrow ? 1 : 0,
      b: isNarrow ? UnsafeRawPointer(weight.bfloat16Pointer) : UnsafeRawPointer(weight.pointer),
      b_stride: weight.columns, bias: bias?.pointer, c: y.pointer, c_stride: y.columns)
  }

  func linearInputGradient(_ gradient: Tensor, _ weight: Tensor, _ precision: ProductPrecision) -> Tensor {
    defer { keep(gradient, weight) }
    let (rows, outputs, inputs) = (gradient.rows, weight.rows, weight.columns)
    let dx = Tensor.uninitialized([rows, inputs])
    precision.product(
      MK_PRODUCT_NN, MK_START_ZERO, rows, inputs, outputs, gradient.pointer, outputs, weight.pointer, inputs,
      nil, dx.pointer, inputs)
    return dx
  }

  func accumulateLinearWeightGradient(
    _ gradient: Tensor, _ x: Tensor, into sum: inout Tensor?, _ precision: ProductPrecision
  ) {
    defer { keep(gradient, x, sum) }
    let (rows, outputs, inputs) = (gradient.rows, gradient.columns, x.columns)
    let start = sum == nil ? MK_START_ZERO : MK_START_EXISTING
    var product = sum.take() ?? .uninitialized([outputs, inputs])
    precision.product(
      MK_PRODUCT_TN, start, outputs, inputs, rows, gradient.pointer, outputs, x.pointer, inputs, nil,
      product.uniquePointer(), inputs)
    sum = product
  }

  func layerNormalize(
    _ x: Tensor, adding added: Tensor?, _ weight: Tensor, _ bias: Tensor?, epsilon: Float
  ) -> (sum: Tensor, output: Tensor, mean: Tensor, inverse: Tensor) {
    defer { keep(x, added, weight, bias) }
    let sum = added.map { Tensor.uninitialized($0.shape) }
    let y = Tensor.uninitialized(x.shape)
    let mean = Tensor.uninitialized([x.rows])
    let inverse = Tensor.uninitialized([x.rows])
    mk_layer_norm(
      x.rows, x.columns, epsilon, x.pointer, added?.pointer, sum?.pointer, weight.pointer, bias?.pointer,
      y.pointer, mean.pointer, inverse.pointer)
    return (sum ?? x, y, mean, inverse)
  }

  func addLayerNormalizeGradient(
    _ gradient: Tensor, _ x: Tensor, _ weight: Tensor, mean: Tensor, inverse: Tensor, to sum: inout Tensor?
  ) {
    defer { keep(gradient, x, weight, mean, inverse) }
    add(to: &sum, shape: x.shape) { other, dx in
      mk_layer_norm_gradient(
        x.rows, x.columns, x.pointer, weight.pointer, mean.pointer, inverse.pointer, gradient.pointer, other,
        dx)
    }
  }

  func accumulateLayerNormalizeGradient(
    _ gradient: Tensor, _ x: Tensor, mean: Tensor, inverse: Tensor, weight: inout Tensor
  ) {
    defer { keep(gradient, x, mean, inverse, weight) }
    mk_layer_norm_weight_gradient(
      x.rows, x.columns, x.pointer, mean.pointer, inverse.pointer, gradient.pointer, weight.uniquePointer(),
      nil)
  }

  func rmsNormalize(
    _ x: Tensor, adding added: Tensor?, _ weight: Tensor, epsilon: Float
  ) -> (sum: Tensor, output: Tensor, inverse: Tensor) {
    defer { keep(x, added, weight) }
    let sum = added.map { Tensor.uninitialized($0.shape) }
    let y = Tensor.uninitialized(x.shape)
    let inverse = Tensor.uninitialized([x.rows])
    mk_rms_norm(
      x.rows, x.columns, epsilon, x.pointer, added?.pointer, sum?.pointer, weight.pointer, y.pointer,
      inverse.pointer)
    return (sum ?? x, y, inverse)
  }

  func addRMSNormalizeGradient(
    _ gradient: Tensor, _ x: Tensor, _ weight: Tensor, inverse: Tensor, to sum: inout Tensor?
  ) {
    defer { keep(gradient, x, weight, inverse) }
    add(to: &sum, shape: x.shape) { other, dx in
      mk_rms_norm_gradient(
        x.rows, x.columns, x.pointer, weight.pointer, inverse.pointer, gradient.pointer, other, dx)
    }
  }

  func accumulateRMSNormalizeGradient(
    _ gradient: Tensor, _ x: Tensor, inverse: Tensor, weight: inout Tensor
  ) {
    defer { keep(gradient, x, inverse, weight) }
    mk_rms_norm_weight_gradient(
      x.rows, x.columns, x.pointer, inverse.pointer, gradient.pointer, weight.uniquePointer())
  }

  /// Has a kernel write what `sum` holds, if anything, with something added: in its place, unless another tensor shares
  /// that.
  private func add(
    to sum: inout Tensor?, shape: [Int],
    _ kernel: (_ other: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>) -> Void
  ) {
    var held = sum.take()
    defer { keep(held) }
    let target = held?.isUnique() == true ? held! : .uninitialized(shape)
    kernel(held.map { UnsafePointer($0.pointer) }, target.pointer)
    sum = target
  }

  func rotate(
    _ x: Tensor, heads: Int, positions: [Int32], cosines: Tensor, sines: Tensor, backwards: Bool
  ) -> Tensor {
    defer { keep(x, cosines, sines) }
    let y = Tensor.uninitialized(x.shape)
    mk_rotate(
      x.rows, heads, x.columns / heads, 2 * cosines.columns, backwards ? -1 : 1, positions, cosines.pointer,
      sines.pointer,
      x.pointer, y.pointer)
    return y
  }

  func attention(
    _ shape: AttentionShape, queries: Tensor, keys: Tensor, values: Tensor, sinks: Tensor?
  ) -> (output: Tensor, logSumExp: Tensor) {
    defer { keep(queries, keys, values, sinks) }
    let y = Tensor.uninitialized(queries.shape)
    let logSumExp = Tensor.uninitialized([queries.rows, shape.heads])
    mk_attention(
      shape.keyStarts.count, shape.queryOffsets, shape.keyStarts, shape.keyCounts, shape.heads,
      shape.keyValueHeads, shape.headDimension, shape.window, shape.scale, shape.softCap, sinks?.pointer,
      queries.pointer, queries.columns, keys.pointer, values.pointer, keys.columns,
      shape.rowsOfHead.map { $0 * keys.columns } ?? shape.headDimension, y.pointer, y.columns,
      logSumExp.pointer)
    return (y, logSumExp)
  }

  func attentionGradient(
    _ shape: AttentionShape, _ gradient: Tensor, queries: Tensor, keys: Tensor, values: Tensor,
    output: Tensor, logSumExp: Tensor
  ) -> (queries: Tensor, keys: Tensor, values: Tensor) {
    defer { keep(gradient, queries, keys, values, output, logSumExp) }
    precondition(shape.rowsOfHead == nil, "attention: a gradient needs heads side by side")
    let dq = Tensor.uninitialized(queries.shape)
    // The kernel writes the rows of every sequence.
    let (dk, dv) =
      shape.hasKeys(inAll: keys.rows)
      ? (Tensor.uninitialized(keys.shape), Tensor.uninitialized(values.shape))
      : (Tensor.zeros(keys.shape), Tensor.zeros(values.shape))
    mk_attention_gradient(
      shape.keyStarts.count, shape.queryOffsets, shape.keyStarts, shape.keyCounts, shape.heads,
      shape.keyValueHeads, shape.headDimension, shape.window, shape.scale, shape.softCap, queries.pointer,
      queries.columns, keys.pointer, values.pointer, keys.columns, output.pointer, output.columns,
      logSumExp.pointer,
      gradient.pointer, dq.pointer, dk.pointer, dv.pointer)
    return (dq, dk, dv)
  }

  func accumulateSinkGradient(
    _ gradient: Tensor, sinks: Tensor, output: Tensor, logSumExp: Tensor, into sum: inout Tensor
  ) {
    defer { keep(gradient, sinks, output, logSumExp, sum) }
    mk_attention_sink_gradient(
      output.rows, sinks.count, output.columns / sinks.count, sinks.pointer, output.pointer, output.columns,
      logSumExp.pointer, gradient.pointer, sum.uniquePointer())
  }
}
