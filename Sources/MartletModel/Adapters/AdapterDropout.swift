import MartletTensor

/// Which elements of what goes into adapters training zeroes in one step.
///
/// It holds for a whole forward and backward pass, since blocks whose results are computed again need the same masks.
package struct AdapterDropout: Sendable {
  /// The dropout of the pass under way; nil outside of training.
  @TaskLocal static var current: AdapterDropout?

  private let stream: RandomStream
  private let firstToken: Int

  /// - Parameter firstToken: the place of the pass's first token in the step's batch.
  package init(seed: UInt64, step: Int, firstToken: Int) {
    self.firstToken = firstToken
    stream = RandomStream(seed: seed, name: "adapter dropout").substream(UInt64(step))
  }

  /// Runs `body` with a dropout of adapters, or with none.
  package static func with<Result>(
    _ dropout: AdapterDropout?, _ body: () throws -> Result
  ) rethrows -> Result {
    try $current.withValue(dropout, operation: body)
  }

  /// - Parameters:
  ///   - probability: the adapter's own.
  ///   - path: which adapter it is.
  func callAsFunction(_ x: Tensor, probability: Float, path: String) -> Tensor {
    x.droppedOut(
      probability: probability, firstIndex: firstToken * x.columns,
      from: stream.substream(Digest(of: path.utf8).value))
  }
}
