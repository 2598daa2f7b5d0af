import Testing

@testable import MartletText

struct MergeTableTests {
  /// Again and again the lowest rank, leftmost: the definition, in quadratic time.
  private func mergedPlainly(_ symbols: [Int32], _ table: MergeTable) -> [Int32] {
    var symbols = symbols
    while true {
      let merges = zip(symbols, symbols.dropFirst()).enumerated().compactMap { place, pair in
        table[pair.0, pair.1].map { (place: place, merge: $0) }
      }
      guard let first = merges.min(by: { ($0.merge.rank, $0.place) < ($1.merge.rank, $1.place) }) else {
        return symbols
      }
      symbols.replaceSubrange(first.place..<(first.place + 2), with: [first.merge.result])
    }
  }

  /// Short words, and long ones, which are merged in another way.
  @Test(arguments: 0..<20) func mergesAsDefined(seed: UInt64) {
    var generator = SplitMix(state: seed)
    var table = MergeTable(mostMerges: 40)
    #expect(table.isEmpty)
    for rank in 0..<Int32(40) {
      // Pairs may come twice; the later rank counts.
      let pair = (0..<2).map { _ in Int32.random(in: 0..<(3 + rank), using: &generator) }
      table[pair[0], pair[1]] = Merge(rank: rank, result: 3 + rank)
    }
    #expect(!table.isEmpty)
    for length in [0, 1, 2, 3, 10, 47, 48, 49, 50, 120] {
      let symbols = (0..<length).map { _ in Int32.random(in: 0..<3, using: &generator) }
      var merged = symbols
      let count = merged.withUnsafeMutableBufferPointer { table.merge($0) }
      #expect(Array(merged[..<count]) == mergedPlainly(symbols, table))
    }
  }
}
