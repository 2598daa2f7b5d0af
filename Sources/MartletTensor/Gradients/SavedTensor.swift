/// A tensor that a gradient will need: its scalars, or how to compute them again.
///
/// An activation's result is as large as what it was made from, which its own gradient keeps anyway; computing it
/// again costs little beside the product that reads it, and halves what a feed-forward layer keeps. What is small
/// stays.
struct SavedTensor: Sendable {
  private let make: @Sendable () -> Tensor

  init(_ tensor: Tensor) {
    let kept = tensor.detached
    make = tensor.recomputation ?? { kept }
  }

  /// The tensor, computed again where it was not kept.
  var tensor: Tensor { make() }
}

extension Tensor {
  /// Numbers of a result that are kept rather than computed again.
  private static let mostKept = 1 << 20

  /// This result of an operation, of which gradients need not keep the scalars.
  ///
  /// - Parameter body: gives the same bits again, from tensors that the operation's own gradient keeps.
  func recomputed(by body: @escaping @Sendable () -> Tensor) -> Tensor {
    node == nil || count <= Self.mostKept
      ? self : Tensor(shape: shape, storage: storage, node: node, recomputation: body)
  }
}
