/// A stream of random numbers in which each number is a function of (seed, stream, index).
///
/// The generator is Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): no
/// state, so the order in which numbers are asked for changes nothing.
public struct RandomStream: Sendable, Hashable {
  /// What the user chose.
  public let seed: UInt64
  /// Which of the seed's streams this is.
  public let stream: UInt64

  /// The numbered stream of a seed.
  public init(seed: UInt64, stream: UInt64) {
    self.seed = seed
    self.stream = stream
  }

  /// The stream of a seed that belongs to a name, such as a parameter's.
  public init(seed: UInt64, name: String) {
    self.init(seed: seed, stream: Digest(of: name.utf8).value)
  }

  /// The stream for one number within this one, such as a step or a sample.
  public func substream(_ number: UInt64) -> RandomStream {
    var digest = Digest()
    digest.combine(stream)
    digest.combine(number)
    return RandomStream(seed: seed, stream: digest.value)
  }

  /// The uniform number in 0 ..< 1 with 53 random bits at an index.
  public func uniform(at index: UInt64) -> Double {
    let words = CPUBackend.shared.randomWords(count: 2, first: index &* 2, self)
    return Double((UInt64(words[0]) << 32 | UInt64(words[1])) >> 11) * 0x1p-53
  }

  /// Uniform numbers in 0 ..< `bound`, for `indices` counted from the stream's start.
  public func integers(below bound: Int, at indices: Range<UInt64>) -> [Int] {
    precondition(bound > 0, "integers: the bound must be positive, not \(bound)")
    let words = CPUBackend.shared.randomWords(
      count: indices.count * 2, first: indices.lowerBound &* 2, self)
    return (0..<indices.count).map { Self.integer(words[2 * $0], words[2 * $0 + 1], below: bound) }
  }

  /// 64 random bits as a number below `bound`: the high half of their product.
  private static func integer(_ high: UInt32, _ low: UInt32, below bound: Int) -> Int {
    Int((UInt64(high) << 32 | UInt64(low)).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A random order of `0 ..< count` (Fisher and Yates).
  public func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    let words = CPUBackend.shared.randomWords(count: 2 * count, first: 0, self)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, Self.integer(words[2 * last], words[2 * last + 1], below: last + 1))
    }
    return order
  }
}
