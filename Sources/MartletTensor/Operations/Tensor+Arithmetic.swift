/// A function of two numbers, applied to each pair of elements.
public enum BinaryOperation: UInt32, Sendable, CaseIterable {
  /// a + b.
  case add
  /// a - b.
  case subtract
  /// a · b.
  case multiply
  /// a / b.
  case divide
  /// The larger of a and b.
  case maximum
  /// The smaller of a and b.
  case minimum
  /// 1 where a > b, else 0.
  case greater
}

extension Tensor {
  /// The sum of each pair of elements. Shapes are broadcast as ``broadcastShape(_:_:)`` says.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    combined(.add, a, b) { gradient in [.reduced(gradient, a), .reduced(gradient, b)] }
  }

  /// The difference of each pair of elements.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    combined(.subtract, a, b) { gradient in [.reduced(gradient, a), .reduced(-gradient, b)] }
  }

  /// The product of each pair of elements.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    let (x, y) = (a.detached, b.detached)
    return combined(.multiply, a, b) { gradient in [.reduced(gradient * y, a), .reduced(gradient * x, b)] }
  }

  /// The quotient of each pair of elements.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    let (x, y) = (a.detached, b.detached)
    return combined(.divide, a, b) { gradient in
      [.reduced(gradient / y, a), .reduced(-(gradient * x) / (y * y), b)]
    }
  }

  /// The larger of each pair of elements, a > b ? a : b; where they are equal, or either is not a number, it is the
  /// second, and so is the gradient's way.
  public static func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
    let (x, y) = (a.detached, b.detached)
    return combined(.maximum, a, b) { gradient in
      let first = x.isGreater(than: y)
      return [.reduced(gradient * first, a), .reduced(gradient * (1 - first), b)]
    }
  }

  /// The smaller of each pair of elements, a < b ? a : b; where they are equal, or either is not a number, it is the
  /// second, and so is the gradient's way.
  public static func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
    let (x, y) = (a.detached, b.detached)
    return combined(.minimum, a, b) { gradient in
      let first = y.isGreater(than: x)
      return [.reduced(gradient * first, a), .reduced(gradient * (1 - first), b)]
    }
  }

  /// 1 where an element is greater than its partner, else 0. No gradient flows through it.
  public func isGreater(than other: Tensor) -> Tensor {
    Self.combined(.greater, detached, other.detached) { _ in [.none, .none] }
  }

  /// Each element kept within a range.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    .minimum(.maximum(self, Tensor(range.lowerBound)), Tensor(range.upperBound))
  }

  /// The sum with a number.
  public static func + (a: Tensor, b: Float) -> Tensor { a + Tensor(b) }
  /// The sum with a number.
  public static func + (a: Float, b: Tensor) -> Tensor { Tensor(a) + b }
  /// The difference with a number.
  public static func - (a: Tensor, b: Float) -> Tensor { a - Tensor(b) }
  /// The difference with a number.
  public static func - (a: Float, b: Tensor) -> Tensor { Tensor(a) - b }
  /// The product with a number.
  public static func * (a: Tensor, b: Float) -> Tensor { a * Tensor(b) }
  /// The product with a number.
  public static func * (a: Float, b: Tensor) -> Tensor { Tensor(a) * b }
  /// The quotient with a number.
  public static func / (a: Tensor, b: Float) -> Tensor { a / Tensor(b) }
  /// The quotient with a number.
  public static func / (a: Float, b: Tensor) -> Tensor { Tensor(a) / b }

  /// The shape that two shapes are broadcast to; nil when they can't be.
  ///
  /// Equal shapes stay. A tensor of one element goes with any shape; one of shape `[columns]` or `[1, columns]`
  /// is used for each row, and one of shape `[…, 1]` with as many rows for each column.
  public static func broadcastShape(_ a: [Int], _ b: [Int]) -> [Int]? {
    if a == b || isRepeated(b, over: a) { return a }
    if isRepeated(a, over: b) { return b }
    // [rows, 1] with [1, columns]
    guard a.count == b.count, let (aColumns, bColumns) = a.last.map({ ($0, b.last!) }) else { return nil }
    let (aRows, bRows) = (a.dropLast().reduce(1, *), b.dropLast().reduce(1, *))
    if aColumns == 1 && bRows == 1 { return a.dropLast() + [bColumns] }
    if bColumns == 1 && aRows == 1 { return b.dropLast() + [aColumns] }
    return nil
  }

  /// Whether a tensor of one shape is repeated to fill another, which may be empty.
  private static func isRepeated(_ small: [Int], over large: [Int]) -> Bool {
    if small.count > large.count { return small.reduce(1, *) == 1 && large.reduce(1, *) != 1 }
    if small.reduce(1, *) == 1 { return true }
    let smallRows = small.dropLast().reduce(1, *)
    if small.last == large.last && smallRows == 1 { return true }
    return small.last == 1 && small.count == large.count && smallRows == large.dropLast().reduce(1, *)
  }

  private static func combined(
    _ operation: BinaryOperation, _ a: Tensor, _ b: Tensor,
    contributions: @escaping @Sendable (Tensor) -> [Contribution]
  ) -> Tensor {
    guard let shape = broadcastShape(a.shape, b.shape) else {
      preconditionFailure("\(operation): shapes \(a.shape) and \(b.shape) do not go together")
    }
    return a.backend.binary(operation, a, b, shape: shape)
      .recorded(from: [a, b], contributions: contributions)
  }
}

extension Contribution {
  /// A gradient summed over the elements that `input` was broadcast to.
  fileprivate static func reduced(
    _ gradient: @autoclosure @escaping () -> Tensor, _ input: Tensor
  ) -> Contribution {
    let shape = input.shape
    return .value(gradient().reduced(to: shape))
  }
}

extension Tensor {
  /// The sum over what `shape` was broadcast along.
  fileprivate func reduced(to shape: [Int]) -> Tensor {
    if self.shape == shape { return self }
    if shape.reduce(1, *) == 1 { return sum().reshaped(shape) }
    if shape.last == columns && shape.dropLast().reduce(1, *) == 1 { return columnSums().reshaped(shape) }
    return rowSums().reshaped(shape)
  }
}
