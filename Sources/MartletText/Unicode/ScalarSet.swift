/// A set of scalar values, as sorted ranges that do not touch.
struct ScalarSet: Sendable, Hashable {
  /// The ranges, each as its first scalar and the one after its last.
  private(set) var bounds: [UInt32]

  /// Every value that UTF-8 can hold, surrogates among them: they never occur.
  static let everything = ScalarSet(bounds: [0, 0x110000])
  static let empty = ScalarSet(bounds: [])

  private init(bounds: [UInt32]) {
    self.bounds = bounds
  }

  /// - Parameter steps: how many scalars are out of the set, in it, out, in, and so on.
  init(steps: StaticString) {
    bounds = []
    var place: UInt32 = 0
    for step in NumberList(steps) {
      place += step
      bounds.append(place)
    }
  }

  init(_ scalars: ClosedRange<UInt32>) {
    bounds = [scalars.lowerBound, scalars.upperBound + 1]
  }

  init(_ scalar: UInt32) {
    self.init(scalar...scalar)
  }

  init(_ scalars: some Sequence<UInt32>) {
    bounds = []
    for scalar in scalars.sorted() {
      if bounds.last == scalar {
        bounds[bounds.count - 1] = scalar + 1
      } else if bounds.last.map({ $0 < scalar }) ?? true {
        bounds += [scalar, scalar + 1]
      }
    }
  }

  /// - Parameter ranges: in order, not overlapping.
  init(ranges: [ClosedRange<UInt32>]) {
    bounds = []
    for range in ranges {
      if bounds.last == range.lowerBound { bounds.removeLast() } else { bounds.append(range.lowerBound) }
      bounds.append(range.upperBound + 1)
    }
  }

  var isEmpty: Bool { bounds.isEmpty }

  /// The ranges in order.
  var ranges: [ClosedRange<UInt32>] {
    stride(from: 0, to: bounds.count, by: 2).map { bounds[$0]...(bounds[$0 + 1] - 1) }
  }

  /// The only scalar; nil when there is none or more than one.
  var onlyScalar: UInt32? { bounds.count == 2 && bounds[1] == bounds[0] + 1 ? bounds[0] : nil }

  func contains(_ scalar: UInt32) -> Bool {
    // The number of bounds at or below it is odd inside a range.
    var (low, high) = (0, bounds.count)
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] <= scalar { low = middle + 1 } else { high = middle }
    }
    return low % 2 == 1
  }

  /// All other scalars.
  var inverted: ScalarSet {
    var result = bounds
    if result.first == 0 { result.removeFirst() } else { result.insert(0, at: 0) }
    if result.last == 0x110000 { result.removeLast() } else { result.append(0x110000) }
    return ScalarSet(bounds: result)
  }

  func union(_ other: ScalarSet) -> ScalarSet { combined(with: other) { $0 || $1 } }

  func intersection(_ other: ScalarSet) -> ScalarSet { combined(with: other) { $0 && $1 } }

  func subtracting(_ other: ScalarSet) -> ScalarSet { combined(with: other) { $0 && !$1 } }

  /// Walks both lists of bounds and keeps those where membership changes.
  private func combined(with other: ScalarSet, _ isMember: (Bool, Bool) -> Bool) -> ScalarSet {
    var result: [UInt32] = []
    var (left, right) = (0, 0)
    var isInside = false
    while left < bounds.count || right < other.bounds.count {
      let place = min(
        left < bounds.count ? bounds[left] : .max, right < other.bounds.count ? other.bounds[right] : .max)
      if left < bounds.count, bounds[left] == place { left += 1 }
      if right < other.bounds.count, other.bounds[right] == place { right += 1 }
      if isMember(left % 2 == 1, right % 2 == 1) != isInside {
        isInside.toggle()
        result.append(place)
      }
    }
    return ScalarSet(bounds: result)
  }
}
