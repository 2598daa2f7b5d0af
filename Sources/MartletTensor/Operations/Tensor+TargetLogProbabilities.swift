extension Tensor {
  /// log P(target) of each row under softmax(self · weightᵀ), in nats: the head and the cross-entropy in one,
  /// which never holds the logits of more than a few hundred tokens.
  ///
  /// The gradient computes the logits again, a chunk at a time.
  ///
  /// - Parameters:
  ///   - targets: one token for each row.
  ///   - weight: `[vocabulary, width]`; self is `[tokens, width]`.
  /// - Returns: `[tokens]`.
  public func targetLogProbabilities(_ targets: [Int32], weight: Tensor) -> Tensor {
    precondition(
      shape.count == 2 && weight.shape.count == 2 && columns == weight.columns,
      "targetLogProbabilities: hidden states of shape \(shape) for a head of shape \(weight.shape)")
    precondition(targets.count == rows, "targetLogProbabilities: \(targets.count) targets for \(rows) rows")
    let limit = Int32(weight.shape[0])
    precondition(
      targets.allSatisfy { $0 >= 0 && $0 < limit },
      "targetLogProbabilities: a target is not in 0 ..< \(limit)")

    var result = (logProbabilities: Tensor.zeros([rows, 1]), logSumExp: Tensor.zeros([rows, 1]))
    for range in Self.headChunks(rows) {
      let logits = backend.linear(backend.copyRows(range, of: self), weight, nil)
      let part = backend.targetLogProbabilities(logits, Array(targets[range]))
      backend.writeRows(part.logProbabilities, at: range.lowerBound, into: &result.logProbabilities)
      backend.writeRows(part.logSumExp, at: range.lowerBound, into: &result.logSumExp)
    }
    let wantsInput = node != nil
    return Tensor(shape: [rows], storage: result.logProbabilities.storage).recorded(from: [weight, self]) {
      [x = detached, weight = weight.detached, logSumExp = result.logSumExp] gradient in
      let walk = HeadGradient(
        x: x, weight: weight, targets: targets, logSumExp: logSumExp,
        gradient: gradient.reshaped([x.rows, 1]), wantsInput: wantsInput)
      return [.sum(.head) { walk.run(weightSum: &$0) }, .value(walk.inputGradient())]
    }
  }

  /// Runs of rows whose logits are held together: enough for a product to run at full speed.
  fileprivate static func headChunks(_ rows: Int) -> [Range<Int>] {
    stride(from: 0, to: rows, by: 256).map { $0..<min($0 + 256, rows) }
  }
}

/// The gradient of ``Tensor/targetLogProbabilities(_:weight:)``: one walk over the chunks serves both inputs.
private final class HeadGradient {
  let x: Tensor
  let weight: Tensor
  let targets: [Int32]
  let logSumExp: Tensor
  let gradient: Tensor
  let wantsInput: Bool
  private var ofInput: Tensor?

  init(
    x: Tensor, weight: Tensor, targets: [Int32], logSumExp: Tensor, gradient: Tensor, wantsInput: Bool
  ) {
    (self.x, self.weight, self.targets) = (x, weight, targets)
    (self.logSumExp, self.gradient, self.wantsInput) = (logSumExp, gradient, wantsInput)
  }

  /// Adds the weight's gradient to `weightSum`, and keeps the input's for ``inputGradient()``.
  func run(weightSum: inout Tensor) {
    ofInput = walk { logits, x in logits.backend.accumulateLinearWeightGradient(logits, x, into: &weightSum) }
  }

  /// The gradient of the hidden states; walks by itself when the weight's is not wanted.
  func inputGradient() -> Tensor { ofInput ?? walk { _, _ in } }

  private func walk(_ visit: (_ logitsGradient: Tensor, _ x: Tensor) -> Void) -> Tensor {
    let backend = x.backend
    var sum = Tensor.zeros(x.shape)
    for range in Tensor.headChunks(x.rows) {
      let hidden = backend.copyRows(range, of: x)
      var logits = backend.linear(hidden, weight, nil)
      backend.targetLogProbabilitiesGradient(
        backend.copyRows(range, of: gradient), logits: &logits, Array(targets[range]),
        logSumExp: backend.copyRows(range, of: logSumExp))
      visit(logits, hidden)
      if wantsInput {
        backend.writeRows(backend.linearInputGradient(logits, weight), at: range.lowerBound, into: &sum)
      }
    }
    return sum
  }
}
