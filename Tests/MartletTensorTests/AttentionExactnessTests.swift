import MartletTensor
import Testing

/// A sequence's attention is the same bits alone, packed, prefilled in any pieces and decoded token by token.
@Suite struct AttentionExactnessTests {
  @Test(arguments: [nil, 1, 5, 64, 100] as [Int?], [1, 2] as [UInt64])
  func prefilledAndDecodedIsWhole(window: Int?, seed: UInt64) {
    // One of the seeds with bounded scores, the other with sinks; a dimension for each of the two paths of one query.
    let (scale, softCap): (Float?, Float?) = seed == 2 ? (0.3, 2) : (nil, nil)
    var draw = Draw(.odd, seed: seed)
    let (heads, keyValueHeads, headDimension) = (4, 2, window == 5 ? 32 : 20)
    let tokens = 150
    let q = draw.normal([tokens, heads * headDimension])
    let k = draw.normal([tokens, keyValueHeads * headDimension])
    let v = draw.normal([tokens, keyValueHeads * headDimension])
    let sinks = seed == 1 ? draw.normal([heads]) : nil
    let whole = q.attending(
      to: k, values: v, offsets: [0, Int32(tokens)], heads: heads, keyValueHeads: keyValueHeads,
      window: window, scale: scale, softCap: softCap, sinks: sinks)

    // Three copies of the cache lie in one table, each begun after rows that belong to nobody.
    let gap = draw.normal([3, k.columns])
    let keys = Tensor.concatenated([gap, k, gap, k, k])
    let values = Tensor.concatenated([gap, v, gap, v, v])
    let starts: [Int32] = [3, 6 + Int32(tokens), 6 + 2 * Int32(tokens)]
    func attend(_ queries: [Range<Int>]) -> [Tensor] {
      let offsets: [Int32] = queries.reduce(into: [0]) { $0.append($0.last! + Int32($1.count)) }
      let shape = AttentionShape(
        queryOffsets: offsets, keyStarts: Array(starts.prefix(queries.count)),
        keyCounts: queries.map { Int32($0.upperBound) }, heads: heads, keyValueHeads: keyValueHeads,
        headDimension: headDimension, window: window ?? 0, scale: scale, softCap: softCap)
      let output = Tensor.concatenated(queries.map { q.rows($0) })
        .attending(to: keys, values: values, shape, sinks: sinks)
      return queries.indices.map { output.rows(Int(offsets[$0])..<Int(offsets[$0 + 1])) }
    }
    func expectWhole(_ queries: [Range<Int>]) {
      for (range, part) in zip(queries, attend(queries)) {
        #expect(Bits([part]) == Bits([whole.rows(range)]), "queries \(range) among \(queries)")
      }
    }
    expectWhole([0..<70, 0..<1, 0..<150])
    expectWhole([70..<133, 0..<64, 149..<150])
    for token in 0..<tokens { expectWhole([token..<token + 1]) }
    for token in 0..<tokens - 20 { expectWhole([token..<token + 1, token + 20..<token + 21, 3..<8]) }
  }

  /// Where heads do not keep all threads busy, threads divide the keys and the dimensions of a head among them.
  @Test(arguments: [nil, 700], [nil, 30] as [Float?]) func threadsDivideTheHeadsOfOneQuery(
    window: Int?, softCap: Float?
  ) {
    var draw = Draw(.odd, seed: 9)
    let (heads, headDimension, keyCounts) = (4, 64, [1201, 333] as [Int32])
    let rows = Int(keyCounts.reduce(0, +))
    let q = draw.normal([2, heads * headDimension])
    let (k, v) = (draw.normal([rows, headDimension]), draw.normal([rows, headDimension]))
    for sinks in [nil, draw.normal([heads])] {
      func attended(threads: Int) -> Bits {
        CPUExecution.with(threads: threads) {
          let shape = AttentionShape(
            queryOffsets: [0, 1, 2], keyStarts: [0, keyCounts[0]], keyCounts: keyCounts, heads: heads,
            keyValueHeads: 1, headDimension: headDimension, window: window ?? 0, softCap: softCap)
          return Bits([q.attending(to: k, values: v, shape, sinks: sinks)])
        }
      }
      let alone = attended(threads: 1)
      for threads in [2, 3, 8] { #expect(attended(threads: threads) == alone, "\(threads) threads") }
    }
  }

  /// A cache keeps the keys of a head together; in training they lie beside those of the other heads.
  @Test(arguments: [1, 3, 9], [16, 64, 20]) func headsWithRowsOfTheirOwnAreThoseSideBySide(
    group: Int, headDimension: Int
  ) {
    var draw = Draw(.odd, seed: 11)
    let (keyValueHeads, capacity, keyCounts) = (3, 460, [451, 77] as [Int32])
    let queries = draw.normal([7, keyValueHeads * group * headDimension])
    // [sequences, capacity, heads, dimension], and the same as [sequences, heads, capacity, dimension].
    let places = (0..<2 * capacity * keyValueHeads).map { place in
      let (row, head) = (place / keyValueHeads, place % keyValueHeads)
      return (row / capacity * keyValueHeads + head) * capacity + row % capacity
    }
    func both() -> (besideEachOther: Tensor, together: Tensor) {
      let together = draw.normal([places.count, headDimension])
      let rows = together.rows(at: places.map { Int32($0) })
      return (rows.reshaped([2 * capacity, keyValueHeads * headDimension]), together)
    }
    let (keys, values) = (both(), both())
    for offsets in [[0, 1, 2], [0, 1, 7]] as [[Int32]] {
      let q = queries.rows(0..<Int(offsets[2]))
      func attended(_ keys: Tensor, _ values: Tensor, rowsOfHead: Int?, threads: Int) -> Bits {
        CPUExecution.with(threads: threads) {
          let rows = Int32(capacity * (rowsOfHead == nil ? 1 : keyValueHeads))
          let shape = AttentionShape(
            queryOffsets: offsets, keyStarts: [0, rows], keyCounts: keyCounts, heads: keyValueHeads * group,
            keyValueHeads: keyValueHeads, headDimension: headDimension, rowsOfHead: rowsOfHead, window: 0)
          return Bits([q.attending(to: keys, values: values, shape)])
        }
      }
      let expected = attended(keys.besideEachOther, values.besideEachOther, rowsOfHead: nil, threads: 1)
      for threads in [1, 2, 4, 5] {
        #expect(
          attended(keys.together, values.together, rowsOfHead: capacity, threads: threads) == expected,
          "\(threads) threads, queries \(offsets)")
      }
    }
  }

  /// Rows past a sequence's keys, and those before its window, may hold anything.
  @Test func whatAQueryDoesNotSeeDoesNotMatter() {
    var draw = Draw(.odd, seed: 7)
    let (tokens, window) = (90, 20)
    let q = draw.normal([tokens, 8])
    let k = draw.normal([tokens, 8])
    let v = draw.normal([tokens, 8])
    func last(_ k: Tensor, _ v: Tensor) -> Bits {
      let shape = AttentionShape(
        queryOffsets: [0, 1], keyStarts: [0], keyCounts: [60], heads: 1, keyValueHeads: 1, headDimension: 8,
        window: window)
      return Bits([q.rows(59..<60).attending(to: k, values: v, shape)])
    }
    func spoiled(_ x: Tensor) -> Tensor {
      .concatenated([
        .filled(with: .nan, shape: [40, 8]), x.rows(40..<60), .filled(with: .infinity, shape: [30, 8]),
      ])
    }
    #expect(last(k, v) == last(spoiled(k), spoiled(v)))
  }
}
