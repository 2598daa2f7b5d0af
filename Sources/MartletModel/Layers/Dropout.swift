import MartletTensor

/// Which elements training zeroes in one step.
///
/// A mask is a function of the seed, the step, the place in the model and the token's place in the whole step's
/// batch, so it does not change with how the batch is cut.
package struct Dropout: Sendable {
  private let probability: Float
  private let stream: RandomStream
  private let firstToken: Int

  /// - Parameter firstToken: the place of the pass's first token in the step's batch.
  package init(probability: Float, seed: UInt64, step: Int, firstToken: Int) {
    self.probability = probability
    self.stream = RandomStream(seed: seed, name: "dropout").substream(UInt64(step))
    self.firstToken = firstToken
  }

  /// - Parameter site: which place in the model this is.
  func callAsFunction(_ x: Tensor, site: Int) -> Tensor {
    x.droppedOut(
      probability: probability, firstIndex: firstToken * x.columns,
      from: stream.substream(UInt64(site)))
  }
}
