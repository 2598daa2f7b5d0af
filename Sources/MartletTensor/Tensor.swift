/// A float32 array of any shape: an immutable value.
///
/// Weights that are only read may also be kept as bfloat16 (``converted(to:)``): products, lookups of rows and
/// ``scalars`` take them as the float32 numbers they stand for, and every other operation refuses them.
///
/// Rows are contiguous: element `[i, j]` of a `[rows, columns]` tensor is scalar `i · columns + j`. A tensor
/// made by an operation on something that wants a gradient remembers how it was made, and
/// ``backward(_:)`` walks those memories.
public struct Tensor: Sendable {
  /// The size of each dimension; empty for a single number.
  public let shape: [Int]
  package var storage: Storage
  package let node: GradientNode?
  /// How to compute the scalars again, where that is cheaper than keeping them for a gradient.
  let recomputation: (@Sendable () -> Tensor)?

  package init(
    shape: [Int], storage: Storage, node: GradientNode? = nil, recomputation: (@Sendable () -> Tensor)? = nil
  ) {
    self.shape = shape
    self.storage = storage
    self.node = node
    self.recomputation = recomputation
  }

  /// How each number is kept: float32, or bfloat16 for weights that are only read.
  public var elementType: ElementType { storage.elementType }

  /// The number of scalars.
  public var count: Int { shape.reduce(1, *) }

  /// The size of the last dimension; 1 for a single number.
  public var columns: Int { shape.last ?? 1 }

  /// The product of all dimensions but the last: the rows of the matrix that kernels see.
  public var rows: Int { shape.dropLast().reduce(1, *) }

  /// What computes on this tensor.
  package var backend: any Backend { storage.backend }

  /// Every scalar, row by row.
  public var scalars: [Float] { backend.scalars(of: self) }

  /// The one scalar of a tensor that holds one.
  public var scalar: Float {
    precondition(count == 1, "scalar: the tensor has shape \(shape), not one element")
    return scalars[0]
  }

  /// The same scalars under another shape of the same count.
  public func reshaped(_ shape: [Int]) -> Tensor {
    precondition(
      shape.reduce(1, *) == count, "reshaped: \(self.shape) does not hold the elements of \(shape)")
    let before = self.shape
    return Tensor(shape: shape, storage: storage).recorded(from: [self]) { gradient in
      [.value(gradient.reshaped(before))]
    }
  }

  /// The same value without the memory of how it was made: no gradient flows through it.
  public var detached: Tensor { Tensor(shape: shape, storage: storage) }
}

extension Tensor: CustomStringConvertible {
  /// The shape and the first few scalars.
  public var description: String {
    let shown = scalars.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return "Tensor\(shape) [\(shown)\(count > 8 ? ", …" : "")]"
  }
}
