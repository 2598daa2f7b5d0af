import MartletTensor
import Testing

/// Choosing experts and grouping tokens by them.
@Suite struct ExpertTests {
  /// The largest first, and of equal elements the lower column.
  @Test(arguments: [1, 2, 3, 8, 16, 17, 33, 128])
  func topColumnsAreTheFirstOfAStableSort(columns: Int) {
    var draw = Draw(.odd, seed: UInt64(columns))
    // Whole numbers below 7, so that most rows have equal ones.
    let x = draw.indices(61 * columns, below: 7)
    let tensor = Tensor(x.map(Float.init), shape: [61, columns])
    for each in [0, 1, 2, columns / 2, columns] where each <= columns {
      let found = tensor.topColumns(each)
      let expected = (0..<61).flatMap { row in
        (0..<columns).sorted { a, b in
          (x[row * columns + b], a) < (x[row * columns + a], b)
        }
        .prefix(each)
      }
      #expect(found.map(Int.init) == expected)
    }
  }

  /// A router that has gone wrong still chooses different experts that exist: the loss tells, not a trap.
  @Test func topColumnsOfWhatIsNotANumber() {
    let x = Tensor([.nan, .nan, .nan, .nan, 1, .nan, 3, 2, .infinity, -.infinity, .nan, 0], shape: [3, 4])
    let found = x.topColumns(3)
    for row in 0..<3 {
      let own = found[3 * row..<3 * row + 3]
      #expect(Set(own).count == 3)
      #expect(own.allSatisfy { (0..<4).contains($0) })
    }
    #expect(Tensor.zeros([0, 4]).topColumns(2) == [])
  }

  @Test func groupsHoldEveryChoiceOnceTokensAscending() {
    let groups = ExpertGroups([2, 0, 0, 3, 2, 3], each: 2, experts: 5)
    #expect(groups.offsets == [0, 2, 2, 4, 6, 6])
    let x = Tensor([10, 20, 30], shape: [3, 1])
    #expect(x.grouped(by: groups).scalars == [10, 20, 10, 30, 20, 30])
    let weights = Tensor([1, 2, 4, 8, 16, 32], shape: [3, 2])
    #expect(x.grouped(by: groups).combined(by: groups, weights: weights).scalars == [30, 240, 1440])
    #expect(ExpertGroups([], each: 2, experts: 3).offsets == [0, 0, 0, 0])
  }

  /// An expert that nobody chose has a gradient of zeros, as it has where all experts are one tensor.
  @Test func anExpertWithoutTokensHasAGradientOfZeros() {
    let weights = (0..<2).map { Parameter("expert \($0)", .filled(with: 1, shape: [3, 2])) }
    let groups = ExpertGroups([1, 1], each: 1, experts: 2)
    Tensor([1, 2, 3, 4], shape: [2, 2]).linear(by: groups, weights.map { ($0.tensor, nil) }).sum().backward()
    #expect(weights[0].gradient?.scalars == [0, 0, 0, 0, 0, 0])
    #expect(weights[1].gradient?.scalars == [4, 6, 4, 6, 4, 6])
  }

  /// Reading each expert's weights in one go, and keeping them as bfloat16, changes no bits.
  @Test func severalSetsOfWeightsAreEachAlone() {
    var draw = Draw(.odd, seed: 3)
    let groups = ExpertGroups(draw.normal([33, 4]).topColumns(2), each: 2, experts: 4)
    let x = draw.normal([33, 17]).grouped(by: groups)
    let sets = [5, 21].map { outputs in
      (0..<4).map { _ in
        (
          weight: draw.normal([outputs, 17]).converted(to: .bfloat16), bias: draw.normal([outputs]) as Tensor?
        )
      }
    }
    let together = withoutGradients { x.linear(by: groups, sets) }
    let alone = sets.map { factors in
      x.linear(by: groups, factors.map { ($0.weight.converted(to: .float32), $0.bias) })
    }
    #expect(Bits(together) == Bits(alone))
  }
}
