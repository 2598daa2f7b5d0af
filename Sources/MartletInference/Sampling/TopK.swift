/// Keeps the likeliest tokens, so many of them.
///
/// - Source: Fan et al. 2018, arXiv:1805.04833, section 5.4. `transformers` keeps all tokens that tie with the
///   last one; here those with the lower ids stay, and there are never more than asked for.
public struct TopK: SamplingStep {
  /// How many tokens stay.
  public let count: Int

  /// - Parameter count: at least 1.
  public init(_ count: Int) {
    precondition(count >= 1, "TopK: \(count) is not at least 1")
    self.count = count
  }

  /// Leaves the likeliest tokens.
  public func apply(to candidates: inout Candidates, history: [Int32]) {
    guard count < candidates.count else { return }
    let keys = candidates.logits.map(Self.ordered)
    let (threshold, above) = Self.threshold(keys, count: count)
    var ties = count - above
    candidates.keep { place in
      if keys[place] != threshold { return keys[place] > threshold }
      ties -= 1
      return ties >= 0
    }
  }

  /// The bits of a number such that they compare as the numbers do; both zeros are one.
  private static func ordered(_ value: Float) -> UInt32 {
    let bits = (value + 0).bitPattern
    return bits >> 31 == 1 ? ~bits : bits | 1 << 31
  }

  /// The key of the last that stays, and how many are above it; by counting one byte of the keys after another.
  private static func threshold(_ keys: [UInt32], count: Int) -> (key: UInt32, above: Int) {
    var (prefix, mask): (UInt32, UInt32) = (0, 0)
    var above = 0
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      var counts = [Int](repeating: 0, count: 256)
      for key in keys where key & mask == prefix { counts[Int(key >> shift & 0xff)] += 1 }
      var byte = 255
      while above + counts[byte] < count {
        above += counts[byte]
        byte -= 1
      }
      prefix |= UInt32(byte) << shift
      mask |= 0xff << shift
    }
    return (prefix, above)
  }
}
