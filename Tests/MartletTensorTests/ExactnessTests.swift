import MartletTensor
import Testing

/// The rules of exactness as properties of every operation: bits, not tolerances.
@Suite struct ExactnessTests {
  /// In a process of its own, so that no other test keeps the pool of threads busy.
  @Test func everyPathGivesTheSameBits() async {
    let skipped = CPUExecution.InstructionSet.allCases.filter { !$0.isAvailable }
    print("instruction sets this machine cannot check: \(skipped.map { "\($0)" }.joined(separator: ", "))")
    await #expect(processExitsWith: .success) {
      for family in OperationFamily.all {
        for (scale, seed) in [(Draw.Scale.odd, 21 as UInt64), (.odd, 22), (.large, 23)] {
          let (drawn, outputGradient) = family.sample(scale, seed: seed)
          func bits(_ instructionSet: CPUExecution.InstructionSet, _ threads: Int) -> Bits {
            CPUExecution.with(instructionSet: instructionSet, threads: threads) {
              let result = drawn.run(outputGradient: outputGradient)
              return Bits([result.output] + result.gradients)
            }
          }
          let expected = bits(.portable, 1)
          for instructionSet in CPUExecution.InstructionSet.allCases where instructionSet.isAvailable {
            for threads in [1, 2, 3] {
              #expect(
                bits(instructionSet, threads) == expected,
                "\(family.name), \(scale), seed \(seed), \(instructionSet.name) on \(threads) threads")
            }
          }
        }
      }
    }
  }

  /// Cut anywhere, a batch's results and its rows' gradients are those of its parts; and the gradients of what
  /// the rows share, accumulated over the parts, are those of the whole.
  @Test(arguments: OperationFamily.all.filter { $0.sample(.small, seed: 1).case.batch != nil })
  func aBatchIsItsParts(_ family: OperationFamily) {
    for (scale, seed) in [
      (Draw.Scale.odd, 31 as UInt64), (.odd, 32), (.odd, 33), (.odd, 34), (.odd, 35), (.odd, 36),
      (.large, 37),
    ] {
      let (drawn, outputGradient) = family.sample(scale, seed: seed)
      let batch = drawn.batch!
      let whole = drawn.run(outputGradient: outputGradient)
      for cuts in [batch.cuts, Self.someOf(batch.cuts, seed: seed)] {
        let parts = drawn.runInParts(cuts, outputGradient: outputGradient)
        let place = "\(family.name), \(scale), seed \(seed), cut at \(cuts.prefix(8))"
        #expect(parts.output == Bits([whole.output]), "\(place)")
        for which in drawn.inputs.indices {
          #expect(
            parts.gradients[which] == Bits([whole.gradients[which]]),
            "the gradient of input \(which) of \(place)")
        }
      }
    }
  }

  /// The first and the last cut and about a third of the others.
  private static func someOf(_ cuts: [Int], seed: UInt64) -> [Int] {
    var draw = Draw(.odd, seed: seed)
    return cuts.enumerated().filter {
      $0.offset == 0 || $0.offset == cuts.count - 1 || draw.number(below: 3) == 0
    }
    .map(\.element)
  }

  /// A table of embeddings that is also the head, split in micro-batches anywhere.
  @Test func tiedRolesAccumulateApart() {
    var draw = Draw(.odd, seed: 41)
    let (tokens, vocabulary, width) = (37, 23, 19)
    let inputs = draw.indices(tokens, below: vocabulary)
    let targets = draw.indices(tokens, below: vocabulary)
    let initial = (table: draw.normal([vocabulary, width]), scale: draw.normal([width]))

    func gradients(cuts: [Int], isKnown: Bool = false) -> Bits {
      let table = Parameter("table", initial.table)
      let scale = Parameter("scale", initial.scale)
      for (lower, upper) in zip(cuts, cuts.dropFirst()) {
        let gradient = Tensor.filled(with: 1, shape: [upper - lower])
        table.tensor.rows(at: Array(inputs[lower..<upper]))
          .rmsNormalized(by: scale.tensor, epsilon: 1e-6)
          .targetLogProbabilities(
            Array(targets[lower..<upper]), weight: table.tensor, knownGradient: isKnown ? gradient : nil
          )
          .backward(gradient)
      }
      return Bits([table, scale].map { $0.gradient! })
    }
    let whole = gradients(cuts: [0, tokens])
    #expect(gradients(cuts: [0, 1, 17, tokens]) == whole)
    #expect(gradients(cuts: Array(0...tokens)) == whole)
    #expect(gradients(cuts: [0, 1, 17, tokens], isKnown: true) == whole)
  }

  /// Numbers that a sum over rows must not round differently for being shared out: one row at a time, large
  /// and small in turn.
  @Test func sumsOverTokensAscend() {
    let column: [Float] = [1e8, 1, -1e8, 1, 3e7, 0.5, -3e7]
    let weight = Parameter("weight", .zeros([1, 1]))
    let ones = Tensor.filled(with: 1, shape: [column.count, 1])
    Tensor(column, shape: [column.count, 1]).linear(weight.tensor).backward(ones)
    #expect(weight.gradient!.scalar == column.reduce(0, +))
    #expect(Tensor(column, shape: [column.count, 1]).columnSums().scalar == column.reduce(0, +))
  }

  /// 16 lanes, each ascending, joined by one fixed tree: the same sum wherever a row stands.
  @Test(arguments: [1, 15, 16, 17, 31, 33, 100, 259])
  func aRowsSumDependsOnItsLengthAlone(columns: Int) {
    var draw = Draw(.odd, seed: UInt64(columns))
    let row = draw.normal([1, columns])
    let rows = Tensor.concatenated((0..<7).map { _ in row })
    let sums = rows.rowSums().scalars
    #expect(Set(sums.map(\.bitPattern)).count == 1)
    #expect(sums[0] == row.sum().scalar)
  }
}

extension OperationCase {
  /// As ``run(outputGradient:)``, one run of rows after the other, the shared inputs accumulating.
  fileprivate func runInParts(
    _ cuts: [Int], outputGradient: Tensor
  ) -> (output: Bits, gradients: [Bits]) {
    let batch = batch!
    let shared = inputs.dropFirst(batch.rowInputs).map { Parameter("shared", $0) }
    var output: [Float] = []
    var rowGradients = [[Float]](repeating: [], count: batch.rowInputs)
    for (lower, upper) in zip(cuts, cuts.dropFirst()) {
      let own = inputs.prefix(batch.rowInputs).map { Parameter("rows", $0.leadingRows(lower..<upper)) }
      let part = operation((own + shared).map(\.tensor), lower..<upper)
      // The result has a row, or one number, for each row of the batch.
      part.backward(outputGradient.leadingRows(lower..<upper))
      output += part.scalars
      for (which, parameter) in own.enumerated() { rowGradients[which] += parameter.gradient!.scalars }
    }
    let sums = zip(shared, inputs.dropFirst(batch.rowInputs)).map { $0.gradient ?? .zeros($1.shape) }
    return (Bits(output), rowGradients.map { Bits($0) } + sums.map { Bits([$0]) })
  }
}

extension Tensor {
  /// A run of indices of the first dimension.
  fileprivate func leadingRows(_ range: Range<Int>) -> Tensor {
    let stride = shape.dropFirst().reduce(1, *)
    return Tensor(
      Array(scalars[range.lowerBound * stride..<range.upperBound * stride]),
      shape: [range.count] + shape.dropFirst())
  }
}
