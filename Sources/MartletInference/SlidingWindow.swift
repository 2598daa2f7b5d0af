/// Where the model starts to read when a sequence is longer than its context.
///
/// The window stays at the start until the context is full, then moves on by the stride, and so on: its start is
/// a function of how many tokens stand before the predicted one, and of nothing that follows. Scoring and
/// generation share it, so that a sampled text has the log-probabilities it was sampled with.
struct SlidingWindow: Sendable, Equatable {
  /// The most tokens the model reads.
  let context: Int
  /// How far the window moves: each token is read with at least `context - stride` others before it.
  let stride: Int

  init(context: Int, stride: Int? = nil) {
    self.context = context
    self.stride = stride ?? Self.usualStride(context: context)
    precondition(
      (1...context).contains(self.stride),
      "SlidingWindow: the stride \(self.stride) is not in 1 ... \(context)")
  }

  /// Half of the context.
  static func usualStride(context: Int) -> Int { max(1, context / 2) }

  /// The first token that is read when `count` tokens precede the predicted one.
  func start(reading count: Int) -> Int {
    count <= context ? 0 : (count - context + stride - 1) / stride * stride
  }
}
