extension Tensor {
  /// log P(target) of each row under softmax(self · weightᵀ + bias), in nats: the head and the cross-entropy in one,
  /// which never holds the logits of more than some hundred tokens.
  ///
  /// - Parameters:
  ///   - targets: one token for each row.
  ///   - weight: `[vocabulary, width]`; self is `[tokens, width]`.
  ///   - bias: `[vocabulary]`; nil for none.
  ///   - gradient: what ``backward(_:)`` will be given, `[tokens]`, where that is known beforehand, as it is of a
  ///     loss that is linear in log-probabilities. The logits then become their gradient at once, and weight
  ///     and bias, which must be parameters, are given their gradients now; without it the gradient computes all logits again.
  ///     The bits are the same.
  ///   - softCap: a bound of the logits, which become softCap · tanh(logit / softCap) (Gemma Team 2024,
  ///     arXiv:2408.00118, section 2); nil for none.
  /// - Returns: `[tokens]`.
  public func targetLogProbabilities(
    _ targets: [Int32], weight: Tensor, bias: Tensor? = nil, softCap: Float? = nil,
    knownGradient gradient: Tensor? = nil
  ) -> Tensor {
    precondition(
      shape.count == 2 && weight.shape.count == 2 && columns == weight.columns,
      "targetLogProbabilities: hidden states of shape \(shape) for a head of shape \(weight.shape)")
    precondition(
      bias.map { $0.shape == [weight.shape[0]] } ?? true,
      "targetLogProbabilities: a bias of shape \(bias?.shape ?? []) for a head of shape \(weight.shape)")
    precondition(targets.count == rows, "targetLogProbabilities: \(targets.count) targets for \(rows) rows")
    precondition(
      gradient.map { $0.shape == [rows] } ?? true,
      "targetLogProbabilities: a gradient of shape \(gradient?.shape ?? []) for \(rows) rows")
    let limit = Int32(weight.shape[0])
    precondition(
      targets.allSatisfy { $0 >= 0 && $0 < limit },
      "targetLogProbabilities: a target is not in 0 ..< \(limit)")

    let nodes = [weight.node, bias?.node]
    let wantsGradient = GradientRecording.isOn && (node != nil || nodes.contains { $0 != nil })
    let isEarly = gradient != nil && wantsGradient && nodes.allSatisfy { $0 == nil || $0?.parameter != nil }
    let walk = HeadWalk(
      x: detached, weight: weight.detached, bias: bias?.detached, targets: targets, softCap: softCap,
      wantsInput: node != nil, precision: .current)
    let result = walk.forward(
      gradient: isEarly ? gradient : nil, weight: weight.node?.parameter, bias: bias?.node?.parameter)
    return Tensor(shape: [rows], storage: result.logProbabilities.storage).recorded(
      from: [weight, self] + (bias.map { [$0] } ?? [])
    ) {
      [logSumExp = result.logSumExp, inputGradient = result.inputGradient] given in
      if isEarly {
        precondition(
          given.scalars == gradient?.scalars, "targetLogProbabilities: the gradient is not the one announced")
        return [.none, inputGradient.map { .value($0) } ?? .none, .none]
      }
      let backward = HeadGradient(walk, logSumExp: logSumExp, gradient: given.reshaped([walk.x.rows, 1]))
      return [
        .sum(.head, startingOrInto: { backward.run(weightSum: &$0) }), .value(backward.inputGradient()),
        .sum(.rows) { backward.run(biasSum: &$0) },
      ]
    }
  }
}

/// A walk over the rows of a head's input, some hundred at a time.
private struct HeadWalk: Sendable {
  let x: Tensor
  let weight: Tensor
  let bias: Tensor?
  let targets: [Int32]
  let softCap: Float?
  let wantsInput: Bool
  let precision: ProductPrecision

  /// How many logits are held together: 128 MB.
  private static let mostLogits = 1 << 25

  /// Runs of about equally many rows: enough for a product to run at full speed.
  private var chunks: [Range<Int>] {
    let most = min(1024, max(128, Self.mostLogits / weight.rows))
    let count = max(1, (x.rows + most - 1) / most)
    let size = (x.rows + count - 1) / count
    return (0..<count).map { $0 * size..<min(($0 + 1) * size, x.rows) }
  }

  /// Each chunk's rows and their logits.
  func forEachChunk(_ visit: (_ range: Range<Int>, _ hidden: Tensor, _ logits: inout Tensor) -> Void) {
    for range in chunks where !range.isEmpty {
      let hidden = x.backend.copyRows(range, of: x)
      var logits = x.backend.linear(hidden, weight, bias, precision)
      if let softCap { logits = logits.softCapped(at: softCap) }
      visit(range, hidden, &logits)
    }
  }

  /// The log-probabilities; with a gradient of theirs also the input's, while those of weight and bias go to their
  /// parameters.
  func forward(
    gradient: Tensor?, weight head: Parameter?, bias headBias: Parameter?
  ) -> (logProbabilities: Tensor, logSumExp: Tensor, inputGradient: Tensor?) {
    let backend = x.backend
    var result = (logProbabilities: Tensor.zeros([x.rows, 1]), logSumExp: Tensor.zeros([x.rows, 1]))
    var inputGradient = gradient != nil && wantsInput ? Tensor.zeros(x.shape) : nil
    let column = gradient?.detached.reshaped([x.rows, 1])
    forEachChunk { range, hidden, logits in
      let part = backend.targetLogProbabilities(logits, Array(targets[range]))
      backend.writeRows(part.logProbabilities, at: range.lowerBound, into: &result.logProbabilities)
      backend.writeRows(part.logSumExp, at: range.lowerBound, into: &result.logSumExp)
      guard let column else { return }
      differentiate(range, &logits, gradient: column, logSumExp: result.logSumExp)
      head?.accumulate(.head) { backend.accumulateLinearWeightGradient(logits, hidden, into: &$0, precision) }
      headBias?.accumulate(.rows) { sum in
        var rows = sum.take() ?? .zeros([logits.columns])
        backend.accumulateRows(logits, into: &rows)
        sum = rows
      }
      if inputGradient != nil {
        backend.writeRows(
          backend.linearInputGradient(logits, weight, precision), at: range.lowerBound, into: &inputGradient!)
      }
    }
    return (result.logProbabilities, result.logSumExp, inputGradient)
  }

  /// Turns a chunk's logits into their gradient.
  func differentiate(_ range: Range<Int>, _ logits: inout Tensor, gradient: Tensor, logSumExp: Tensor) {
    let backend = x.backend
    let slope = softCap.map { 1 - (logits / $0).squared() }
    backend.targetLogProbabilitiesGradient(
      backend.copyRows(range, of: gradient), logits: &logits, Array(targets[range]),
      logSumExp: backend.copyRows(range, of: logSumExp))
    if let slope { logits = logits * slope }
  }
}

/// The gradient of ``Tensor/targetLogProbabilities(_:weight:bias:softCap:knownGradient:)``: one walk over the chunks
/// serves the hidden states and the weight, another the bias.
private final class HeadGradient {
  private let walk: HeadWalk
  private let logSumExp: Tensor
  private let gradient: Tensor
  private var ofInput: Tensor?

  init(_ walk: HeadWalk, logSumExp: Tensor, gradient: Tensor) {
    (self.walk, self.logSumExp, self.gradient) = (walk, logSumExp, gradient)
  }

  /// Adds the weight's gradient to `weightSum`, and keeps the input's for ``inputGradient()``.
  func run(weightSum: inout Tensor?) {
    ofInput = run { logits, x in
      logits.backend.accumulateLinearWeightGradient(logits, x, into: &weightSum, walk.precision)
    }
  }

  /// Adds the bias's gradient to `biasSum`.
  func run(biasSum: inout Tensor) {
    var sum = biasSum
    walk.forEachChunk { range, _, logits in
      walk.differentiate(range, &logits, gradient: gradient, logSumExp: logSumExp)
      logits.backend.accumulateRows(logits, into: &sum)
    }
    biasSum = sum
  }

  /// The gradient of the hidden states; walks by itself when the weight's is not wanted.
  func inputGradient() -> Tensor { ofInput ?? run { _, _ in } }

  private func run(_ visit: (_ logitsGradient: Tensor, _ x: Tensor) -> Void) -> Tensor {
    var sum = Tensor.zeros(walk.x.shape)
    walk.forEachChunk { range, hidden, logits in
      walk.differentiate(range, &logits, gradient: gradient, logSumExp: logSumExp)
      visit(logits, hidden)
      if walk.wantsInput {
        let part = hidden.backend.linearInputGradient(logits, walk.weight, walk.precision)
        part.backend.writeRows(part, at: range.lowerBound, into: &sum)
      }
    }
    return sum
  }
}
