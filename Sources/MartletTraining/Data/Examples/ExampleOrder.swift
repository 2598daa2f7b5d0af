import MartletTensor

/// Which examples each step takes: every example once an epoch, each epoch in another random order.
///
/// A function of the seed and the step alone, so a resumed run takes what an uninterrupted one would.
struct ExampleOrder: Sendable {
  private let count: Int
  private let batchSize: Int
  private let stream: RandomStream?
  private var epoch: (number: Int, order: [Int])?

  /// - Parameters:
  ///   - count: how many examples there are, at least one.
  ///   - isShuffled: whether the order is random; each epoch otherwise takes them as they stand.
  init(count: Int, batchSize: Int, seed: UInt64, isShuffled: Bool = true) {
    precondition(count > 0, "ExampleOrder: there are no examples")
    (self.count, self.batchSize) = (count, batchSize)
    stream = isShuffled ? RandomStream(seed: seed, name: "examples") : nil
  }

  /// The numbers of a step's examples; a step may reach from one epoch into the next.
  mutating func examples(step: Int) -> [Int] {
    (step * batchSize..<(step + 1) * batchSize).map { place in
      order(epoch: place / count)[place % count]
    }
  }

  private mutating func order(epoch number: Int) -> [Int] {
    if let epoch, epoch.number == number { return epoch.order }
    let order = stream?.substream(UInt64(number)).permutation(of: count) ?? Array(0..<count)
    epoch = (number, order)
    return order
  }
}
