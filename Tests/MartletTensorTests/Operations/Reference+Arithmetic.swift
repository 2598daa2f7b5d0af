import MartletTensor

extension OperationFamily {
  /// Every function of two numbers in every form of broadcasting.
  static let binary: [OperationFamily] = BinaryOperation.allCases.flatMap { operation in
    broadcastForms.map { form in
      OperationFamily("\(operation) \(form.name)") { draw in
        let (first, second) = form.shapes(draw.rows(), draw.columns())
        // Numbers of different offsets are never equal, and divisors are kept away from 0.
        let b = draw.spaced(second, offset: 0.75)
        return OperationCase(
          inputs: [draw.spaced(first, offset: 0.25), operation == .divide ? b.absolute() + 0.5 : b],
          operation: { inputs, _ in operation.function(inputs[0], inputs[1]) },
          reference: { inputs in inputs[0].broadcast(with: inputs[1], operation.value) },
          gradient: { inputs, gradient in
            let slopes = [
              inputs[0].broadcast(with: inputs[1]) { operation.derivatives($0, $1).0 },
              inputs[0].broadcast(with: inputs[1]) { operation.derivatives($0, $1).1 },
            ]
            return zip(slopes, inputs).map { $0.zipped(gradient, *).summed(to: $1.shape) }
          })
      }
    }
  }

  private struct BroadcastForm: Sendable {
    let name: String
    let shapes: @Sendable (_ rows: Int, _ columns: Int) -> ([Int], [Int])
  }

  private static let broadcastForms = [
    BroadcastForm(name: "of the same shape") { ([$0, $1], [$0, $1]) },
    BroadcastForm(name: "with a number") { ([$0, $1], []) },
    BroadcastForm(name: "of a number") { ([], [$0, $1]) },
    BroadcastForm(name: "with [1, 1]") { ([$0, $1], [1, 1]) },
    BroadcastForm(name: "with a row") { ([$0, $1], [$1]) },
    BroadcastForm(name: "of a row") { ([$1], [$0, $1]) },
    BroadcastForm(name: "with a [1, columns] row") { ([$0, $1], [1, $1]) },
    BroadcastForm(name: "of a [1, columns] row") { ([1, $1], [$0, $1]) },
    BroadcastForm(name: "with a column") { ([$0, $1], [$0, 1]) },
    BroadcastForm(name: "of a column") { ([$0, 1], [$0, $1]) },
    BroadcastForm(name: "of a column with a row") { ([$0, 1], [1, $1]) },
    BroadcastForm(name: "of a row with a column") { ([1, $1], [$0, 1]) },
    BroadcastForm(name: "of three dimensions with a row") { ([2, $0, $1], [$1]) },
    BroadcastForm(name: "of three dimensions with a column") { ([2, $0, $1], [2, $0, 1]) },
  ]

  static let clamped = OperationFamily("clamped") { draw in
    let shape = [draw.rows(), draw.columns()]
    return OperationCase(
      inputs: [draw.spaced(shape, offset: 0.5)],
      batch: .rows(shape[0]),
      operation: { inputs, _ in inputs[0].clamped(to: -0.5...1.25) },
      reference: { inputs in inputs[0].map { min(max($0, -0.5), 1.25) } },
      gradient: { inputs, gradient in
        [gradient.zipped(inputs[0]) { $1 < -0.5 || $1 > 1.25 ? 0 : $0 }]
      })
  }

  static let droppedOut = OperationFamily("droppedOut") { draw in
    let shape = [draw.rows(), draw.columns()]
    let (probability, first) = (draw.element(of: [0, 0.1, 0.5] as [Float]), draw.element(of: [0, 7, 1000]))
    let stream = draw.stream()
    let count = shape[0] * shape[1]
    let factors = Tensor.uniform([first + count], from: stream).scalars.dropFirst(first).map {
      $0 < probability ? 0 : 1 / (1 - Double(probability))
    }
    return OperationCase(
      inputs: [draw.normal(shape)],
      batch: .rows(shape[0]),
      operation: { inputs, rows in
        inputs[0].droppedOut(
          probability: probability, firstIndex: first + rows.lowerBound * shape[1], from: stream)
      },
      reference: { inputs in inputs[0].zipped(Reference(shape, factors), *) },
      gradient: { inputs, gradient in [gradient.zipped(Reference(shape, factors), *)] })
  }
}

extension BinaryOperation {
  /// The operation on tensors.
  fileprivate func function(_ a: Tensor, _ b: Tensor) -> Tensor {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .maximum: .maximum(a, b)
    case .minimum: .minimum(a, b)
    case .greater: a.isGreater(than: b)
    }
  }

  fileprivate func value(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .maximum: max(a, b)
    case .minimum: min(a, b)
    case .greater: a > b ? 1 : 0
    }
  }

  fileprivate func derivatives(_ a: Double, _ b: Double) -> (Double, Double) {
    switch self {
    case .add: (1, 1)
    case .subtract: (1, -1)
    case .multiply: (b, a)
    case .divide: (1 / b, -a / (b * b))
    case .maximum: a > b ? (1, 0) : (0, 1)
    case .minimum: a < b ? (1, 0) : (0, 1)
    case .greater: (0, 0)
    }
  }
}

extension Reference {
  /// A function of the elements of two arrays, repeated as NumPy repeats them.
  fileprivate func broadcast(with other: Reference, _ function: (Double, Double) -> Double) -> Reference {
    let dimensions = max(shape.count, other.shape.count)
    let (a, b) = (shape.padded(to: dimensions), other.shape.padded(to: dimensions))
    var result = Reference.zeros(zip(a, b).map { $0 == 1 ? $1 : $0 })
    for i in result.values.indices {
      result.values[i] = function(
        values[result.shape.index(i, within: a)], other.values[result.shape.index(i, within: b)])
    }
    return result
  }

  /// The sum over what `shape` was repeated along.
  fileprivate func summed(to shape: [Int]) -> Reference {
    var result = Reference.zeros(shape)
    let small = shape.padded(to: self.shape.count)
    for i in values.indices { result.values[self.shape.index(i, within: small)] += values[i] }
    return result
  }
}

extension [Int] {
  /// This shape with ones before it.
  fileprivate func padded(to dimensions: Int) -> [Int] {
    [Int](repeating: 1, count: dimensions - count) + self
  }

  /// Where element `i` of this shape lies in a shape that is repeated along its dimensions of 1.
  fileprivate func index(_ i: Int, within small: [Int]) -> Int {
    var (rest, stride, index) = (i, 1, 0)
    for (size, smallSize) in zip(self, small).reversed() {
      if smallSize != 1 { index += rest % size * stride }
      rest /= size
      stride *= smallSize
    }
    return index
  }
}
