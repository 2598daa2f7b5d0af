import MartletTensor

/// Hidden states, and what a branch adds to them: the normalisation that reads the sum next computes it, in one pass
/// over memory.
struct ResidualStream {
  let states: Tensor
  let added: Tensor?

  init(_ states: Tensor, adding added: Tensor? = nil) { (self.states, self.added) = (states, added) }

  var sum: Tensor { added.map { states + $0 } ?? states }

  /// The sum, and what a normalisation makes of it: the sum itself where there is none.
  func normalized(by normalization: Normalization?) -> (sum: Tensor, normal: Tensor) {
    if let normalization { return normalization(self) }
    let sum = sum
    return (sum, sum)
  }
}
