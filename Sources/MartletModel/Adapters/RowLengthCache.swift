import MartletTensor
import Synchronization

/// The lengths of a changed weight's rows, found once for as long as the values they come from stay as they are.
///
/// Finding them takes a product as large as the weight for each of the rank's columns, and generation would ask for them
/// at every token, training at every micro-batch.
final class RowLengthCache: Sendable {
  private struct Known {
    let values: [Tensor]
    let lengths: Tensor
  }

  private let known = Mutex<Known?>(nil)

  /// - Parameters:
  ///   - values: what the lengths are a function of.
  ///   - find: finds them.
  func lengths(of values: [Tensor], _ find: () -> Tensor) -> Tensor {
    let last = known.withLock { $0 }
    // A value that is held here keeps its memory, so that none that is new can be taken for it.
    if let last, zip(last.values, values).allSatisfy({ $0.storage === $1.storage }) { return last.lengths }
    // The same for training's products as for those of evaluation, whichever asks first.
    let lengths = ProductPrecision.with(.float32) { withoutGradients(find) }
    known.withLock { $0 = Known(values: values.map(\.detached), lengths: lengths) }
    return lengths
  }
}
