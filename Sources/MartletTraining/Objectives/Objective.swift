import MartletModel
import MartletTensor

/// What training minimises: how a head's results on a batch become a loss.
///
/// A step's loss is the sum over its batch divided by the batch's weight. It comes in micro-batches, which must give the
/// bits of the whole: sums run over examples in their order, and only the whole step's weight divides them.
public protocol Objective: Sendable {
  /// The head whose results it reads.
  associatedtype HeadType: Head
  /// Examples laid end to end.
  associatedtype Batch: ExampleBatch

  /// Adds a micro-batch's losses, and to the parameters the gradient of the whole step's mean in them.
  ///
  /// - Parameters:
  ///   - pass: how hidden states are computed.
  ///   - totalWeight: the weight of the whole step's batch, of which this may be a part.
  ///   - loss: gains the micro-batch's losses. When it is no longer finite, gradients may be left out.
  func accumulate(
    _ batch: Batch, _ model: Model<HeadType>, _ pass: TrainingPass, totalWeight: Double,
    into loss: inout LossSum)
}

/// Examples laid end to end, without padding.
public protocol ExampleBatch: Sendable {
  /// What the batch counts in the mean of a step.
  var totalWeight: Double { get }
  /// The number of tokens that are read.
  var tokenCount: Int { get }
  /// The place of its first token in the whole step's batch.
  var firstToken: Int { get }
}

extension TokenBatch: ExampleBatch {
  /// The sum of the targets' weights.
  public var totalWeight: Double { weights.reduce(0) { $0 + Double($1) } }
  /// The number of tokens that are read, each of which predicts one.
  public var tokenCount: Int { tokens.count }
}

/// How training computes hidden states.
public struct TrainingPass: Sendable {
  /// Which elements are zeroed; nil for none.
  let dropout: Dropout?
  /// Whether blocks compute their intermediate results again for the gradient.
  let isCheckpointed: Bool
  /// How tokens are shared among experts; nil where that costs nothing.
  let load: ExpertLoad?

  /// The hidden states of sequences laid end to end, `[tokens, width]`.
  func hiddenStates(of tokens: [Int32], offsets: [Int32], _ decoder: Decoder) -> Tensor {
    decoder.hiddenStates(
      of: tokens, offsets: offsets, dropout: dropout, isCheckpointed: isCheckpointed, load: load)
  }
}
