import MartletTensor

/// Random shapes and inputs: a function of the seed alone.
struct Draw {
  /// How large the shapes are.
  enum Scale: Sendable {
    /// For finite differences: empty, one-row, one-column and a few more.
    case small
    /// For the Double reference: the same, and odd sizes around the kernels' tiles and lanes.
    case odd
    /// For the bits alone: sizes at which kernels divide their work among threads.
    case large
  }

  let scale: Scale
  private let seed: UInt64
  private var drawn: UInt64 = 0

  init(_ scale: Scale, seed: UInt64) { (self.scale, self.seed) = (scale, seed) }

  /// A stream that has not been drawn from.
  mutating func stream() -> RandomStream {
    drawn += 1
    return RandomStream(seed: seed, stream: drawn)
  }

  /// One of a list.
  mutating func element<Element>(of list: [Element]) -> Element { list[number(below: list.count)] }

  mutating func number(below bound: Int) -> Int { stream().integers(below: bound, at: 0..<1)[0] }

  /// A number of rows; may be zero. As many seeds in a row as there are sizes meet each of them.
  mutating func rows() -> Int {
    let sizes =
      switch scale {
      case .small: [0, 1, 2, 3, 5]
      case .odd: [0, 1, 2, 15, 17, 33]
      case .large: [130, 257, 300]
      }
    drawn += 1
    return sizes[Int((seed + drawn) % UInt64(sizes.count))]
  }

  /// A number of rows above zero.
  mutating func someRows() -> Int { max(rows(), 1) }

  /// A number of columns.
  mutating func columns() -> Int {
    switch scale {
    case .small: element(of: [1, 2, 3, 5, 7])
    case .odd: element(of: [1, 3, 16, 17, 33, 65])
    case .large: element(of: [128, 191, 259])
    }
  }

  mutating func normal(_ shape: [Int]) -> Tensor { .normal(shape, standardDeviation: 1, from: stream()) }

  /// Numbers in a range.
  mutating func uniform(_ shape: [Int], in range: ClosedRange<Float>) -> Tensor {
    .uniform(shape, from: stream()) * (range.upperBound - range.lowerBound) + range.lowerBound
  }

  /// Numbers within (-4, 4), all of the form (n + offset) / 64: no two draws of different offsets are equal,
  /// and with an offset inside 0 ..< 1 none is a multiple of 1/64, where functions may have a kink.
  mutating func spaced(_ shape: [Int], offset: Float) -> Tensor {
    let scalars = Tensor.uniform(shape, from: stream()).scalars
    return Tensor(scalars.map { (($0 * 512 - 256).rounded(.down) + offset) / 64 }, shape: shape)
  }

  /// Indices in 0 ..< `bound`.
  mutating func indices(_ count: Int, below bound: Int) -> [Int32] {
    stream().integers(below: bound, at: 0..<UInt64(count)).map(Int32.init)
  }

  /// The offsets of sequences laid end to end, with empty ones and ones of a single token among them.
  mutating func offsets() -> [Int32] {
    let lengths: [Int] =
      switch scale {
      case .small: element(of: [[2, 0, 1, 5], [4], [1], [], [3, 3]])
      case .odd: element(of: [[17, 1, 0, 33], [65, 2], [1, 1, 1], [], [131]])
      case .large: element(of: [[200, 1, 70], [33, 300], [1, 129, 128, 127]])
      }
    return lengths.reduce(into: [0]) { $0.append($0.last! + Int32($1)) }
  }
}
