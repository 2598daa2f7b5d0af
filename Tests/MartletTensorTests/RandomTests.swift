import MartletTensor
import Testing

@Suite struct RandomTests {
  private static let count = 1 << 18

  private func words(_ stream: RandomStream, first: UInt64, count: Int) -> [UInt32] {
    Tensor(0).backend.randomWords(count: count, first: first, stream)
  }

  /// The vectors of Random123's `kat_vectors` for philox4x32-10, where our key is (seed, high half of seed)
  /// and our counter (index / 4, stream).
  @Test func philoxGivesItsPublishedVectors() {
    #expect(
      words(RandomStream(seed: 0, stream: 0), first: 0, count: 4)
        == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    // No index reaches the counters of the other two; they check the reference that the next test uses.
    #expect(
      Philox.block(key: (0xffff_ffff, 0xffff_ffff), counter: [UInt32](repeating: 0xffff_ffff, count: 4))
        == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    #expect(
      Philox.block(
        key: (0xa409_3822, 0x299f_31d0), counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344])
        == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  @Test func wordsAreAFunctionOfSeedStreamAndIndex() {
    let stream = RandomStream(seed: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e)
    for first in [0, 1, 2, 3, 4, 63, 1 << 33 | 5, 1 << 40] as [UInt64] {
      for count in [0, 1, 2, 3, 5, 16, 67] {
        let expected = (0..<UInt64(count)).map { offset -> UInt32 in
          let index = first + offset
          let block = Philox.block(
            key: (UInt32(truncatingIfNeeded: stream.seed), UInt32(stream.seed >> 32)),
            counter: [
              UInt32(truncatingIfNeeded: index / 4), UInt32((index / 4) >> 32),
              UInt32(truncatingIfNeeded: stream.stream), UInt32(stream.stream >> 32),
            ])
          return block[Int(index % 4)]
        }
        #expect(words(stream, first: first, count: count) == expected, "\(count) words from \(first)")
      }
    }
  }

  @Test func everyPathGivesTheSameNumbers() {
    let stream = RandomStream(seed: 5, stream: 6)
    func bits(_ set: CPUExecution.InstructionSet, _ threads: Int) -> Bits {
      CPUExecution.with(instructionSet: set, threads: threads) {
        Bits([
          .uniform([100_003], from: stream), .normal([100_003], standardDeviation: 1, from: stream),
        ])
      }
    }
    for set in CPUExecution.InstructionSet.allCases where set.isAvailable {
      for threads in 1...3 { #expect(bits(set, threads) == bits(.portable, 1)) }
    }
  }

  @Test func uniformNumbersFillTheirRange() {
    let x = Tensor.uniform([Self.count], from: RandomStream(seed: 1, name: "uniform"))
    let bins = x.scalars.reduce(into: [Int](repeating: 0, count: 64)) { $0[Int($1 * 64)] += 1 }
    // χ² of 63 degrees of freedom: 126 is passed once in two hundred thousand.
    let expected = Double(Self.count) / 64
    #expect(bins.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected } < 126)
    #expect(x.scalars.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(mean(x) - 0.5) < 5 * (1.0 / 12 / Double(Self.count)).squareRoot())
    #expect(abs(mean(x.squared()) - 1.0 / 3) < 0.003)
  }

  @Test func normalNumbersHaveTheirMomentsAndTail() {
    let x = Tensor.normal([Self.count], standardDeviation: 1, from: RandomStream(seed: 2, name: "normal"))
    let error = 1 / Double(Self.count).squareRoot()
    #expect(abs(mean(x)) < 5 * error)
    #expect(abs(mean(x.squared()) - 1) < 5 * 2.0.squareRoot() * error)
    #expect(abs(mean(x.squared() * x)) < 5 * 15.0.squareRoot() * error)
    #expect(abs(mean(x.squared().squared()) - 3) < 5 * 96.0.squareRoot() * error)
    // P(|x| > 3) = 0.0027: 708 of 2^18, give or take 27.
    let tail = x.scalars.count { abs($0) > 3 }
    #expect(abs(tail - 708) < 5 * 27)
    #expect(x.scalars.allSatisfy { $0.isFinite })
    // The cosine and the sine of one angle must not be related.
    let pairs = Reference(x).values
    let product = stride(from: 0, to: pairs.count, by: 2).reduce(0) { $0 + pairs[$1] * pairs[$1 + 1] }
    #expect(abs(product / Double(Self.count / 2)) < 5 * 2.0.squareRoot() * error)
  }

  @Test func aNumberDoesNotDependOnHowManyAreDrawn() {
    let stream = RandomStream(seed: 3, stream: 4)
    let long = Tensor.normal([1000], standardDeviation: 1, from: stream).scalars
    for count in [0, 1, 2, 15, 16, 17, 333] {
      let short = Tensor.normal([count], standardDeviation: 1, from: stream).scalars
      #expect(short == Array(long.prefix(count)))
    }
    let integers = stream.integers(below: 1000, at: 0..<100)
    #expect(stream.integers(below: 1000, at: 40..<50) == Array(integers[40..<50]))
  }

  @Test func streamsDiffer() {
    let base = RandomStream(seed: 1, stream: 1)
    let streams = [
      base, RandomStream(seed: 2, stream: 1), RandomStream(seed: 1, stream: 2),
      RandomStream(seed: 1, name: "a"), RandomStream(seed: 1, name: "b"), base.substream(0),
      base.substream(1), base.substream(0).substream(0),
    ]
    #expect(Set(streams.map { words($0, first: 0, count: 4) }).count == streams.count)
    // Two streams side by side are no more alike than chance.
    let (x, y) = (
      Tensor.normal([Self.count], standardDeviation: 1, from: streams[0]),
      Tensor.normal([Self.count], standardDeviation: 1, from: streams[2])
    )
    #expect(abs(mean(x * y)) < 5 / Double(Self.count).squareRoot())
  }

  @Test(arguments: [0, 1, 2, 3, 10, 1000])
  func aPermutationHoldsEachNumberOnce(count: Int) {
    let order = RandomStream(seed: 8, stream: 1).permutation(of: count)
    #expect(order.sorted() == Array(0..<count))
    if count == 1000 { #expect(order != Array(0..<count)) }
  }

  @Test func eachPermutationOfThreeIsAsLikely() {
    let base = RandomStream(seed: 9, stream: 0)
    var counts: [[Int]: Int] = [:]
    for i in 0..<1200 { counts[base.substream(UInt64(i)).permutation(of: 3), default: 0] += 1 }
    #expect(counts.count == 6)
    // 200 each, give or take 13.
    #expect(counts.values.allSatisfy { abs($0 - 200) < 65 })
  }

  @Test func dropoutDropsItsShare() {
    let ones = Tensor.filled(with: 1, shape: [Self.count])
    let stream = RandomStream(seed: 10, stream: 0)
    let x = ones.droppedOut(probability: 0.3, firstIndex: 0, from: stream)
    let kept: Float = 1 / (1 - 0.3)
    #expect(Set(x.scalars) == [0, kept])
    #expect(abs(mean(x) - 1) < 0.01)
    let tail = Tensor.filled(with: 1, shape: [100]).droppedOut(probability: 0.3, firstIndex: 57, from: stream)
    #expect(tail.scalars == Array(x.scalars[57..<157]))
  }

  private func mean(_ x: Tensor) -> Double { x.scalars.reduce(0.0) { $0 + Double($1) } / Double(x.count) }
}

/// Philox 4x32-10 as the paper writes it (Salmon et al. 2011, figure 2).
enum Philox {
  static func block(key: (UInt32, UInt32), counter: [UInt32]) -> [UInt32] {
    var (key, counter) = (key, counter)
    for _ in 0..<10 {
      let first = counter[0].multipliedFullWidth(by: 0xd251_1f53)
      let second = counter[2].multipliedFullWidth(by: 0xcd9e_8d57)
      counter = [
        second.high ^ counter[1] ^ key.0, second.low, first.high ^ counter[3] ^ key.1, first.low,
      ]
      key = (key.0 &+ 0x9e37_79b9, key.1 &+ 0xbb67_ae85)
    }
    return counter
  }
}
