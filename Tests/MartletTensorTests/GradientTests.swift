import MartletTensor
import Testing

/// The tape: what is recorded, what is computed again, and that a tensor stays a value.
@Suite struct GradientTests {
  /// Parameters of a small gated feed-forward block.
  private struct Block: Sendable {
    let scale = Parameter("scale", draw([9], 1))
    let gate = Parameter("gate", draw([33, 9], 2))
    let up = Parameter("up", draw([33, 9], 3))
    let down = Parameter("down", draw([9, 33], 4))
    let bias = Parameter("bias", draw([9], 5))

    static func draw(_ shape: [Int], _ stream: UInt64) -> Tensor {
      .normal(shape, standardDeviation: 0.5, from: RandomStream(seed: 51, stream: stream))
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
      let normal = x.rmsNormalized(by: scale.tensor, epsilon: 1e-5)
      let hidden = normal.linear(gate.tensor).gating(normal.linear(up.tensor), by: .silu)
        .droppedOut(probability: 0.2, firstIndex: 5, from: RandomStream(seed: 51, stream: 9))
      return x + hidden.linear(down.tensor, bias: bias.tensor)
    }

    var parameters: [Parameter] { [scale, gate, up, down, bias] }
  }

  @Test(arguments: [0, 1, 17])
  func aCheckpointChangesNoBits(rows: Int) {
    func run(checkpoints: Bool) -> Bits {
      let (first, second) = (Block(), Block())
      let input = Parameter("input", Block.draw([rows, 9], 6))
      let blocks: @Sendable (Tensor) -> Tensor = { second(first($0)) }
      let output = checkpoints ? checkpointed(input.tensor, blocks) : blocks(input.tensor)
      output.backward(Block.draw([rows, 9], 7))
      return Bits([output] + ([input] + first.parameters + second.parameters).map { $0.gradient! })
    }
    #expect(run(checkpoints: true) == run(checkpoints: false))
  }

  @Test func checkpointsMayBeNestedAndNeedNoGradientOfTheirInput() {
    func run(checkpoints: Bool) -> Bits {
      let block = Block()
      let input = Block.draw([5, 9], 6)
      let output =
        checkpoints
        ? checkpointed(input) { x in checkpointed(block(x)) { block($0) } } : block(block(input))
      output.sum().backward()
      return Bits(block.parameters.map { $0.gradient! })
    }
    #expect(run(checkpoints: true) == run(checkpoints: false))
  }

  @Test func aTensorUsedTwiceSumsItsGradients() {
    let x = Parameter("x", Tensor([2, 3]))
    let tensor = x.tensor
    (tensor * tensor + tensor).sum().backward()
    #expect(x.gradient!.scalars == [5, 7])
  }

  @Test func backwardAddsToWhatWasThere() {
    let x = Parameter("x", Tensor([2, 3]))
    for _ in 0..<3 { (x.tensor * 2).sum().backward() }
    #expect(x.gradient!.scalars == [6, 6])
    x.clearGradient()
    #expect(x.gradient == nil)
  }

  @Test func nothingIsRecordedWhereNoGradientIsWanted() {
    let x = Parameter("x", Tensor([2, 3]))
    withoutGradients { x.tensor.squared().sum() }.backward()
    x.tensor.detached.squared().sum().backward()
    x.isTrainable = false
    x.tensor.squared().sum().backward()
    #expect(x.gradient == nil)
    x.isTrainable = true
    (x.tensor * x.tensor.detached).sum().backward()
    #expect(x.gradient!.scalars == [2, 3])
  }

  @Test func equalLargestElementsShareTheGradient() {
    let x = Parameter("x", Tensor([1, 4, 4, 4, 0, 0], shape: [2, 3]))
    x.tensor.rowMaxima().backward(Tensor([6, 6]))
    #expect(x.gradient!.scalars == [0, 3, 3, 6, 0, 0])
  }

  /// Every tensor that could share memory with one that is changed in place keeps its scalars.
  @Test func aTensorIsAValue() {
    let gradient = Tensor([1, 2, 3])
    let x = Parameter("x", Tensor([1, 1, 1]))
    // The gradient of a reshape shares the seed's memory, and the second use is added to it.
    let tensor = x.tensor
    (tensor.reshaped([3]) + tensor.reshaped([3])).backward(gradient)
    #expect(gradient.scalars == [1, 2, 3])
    #expect(x.gradient!.scalars == [2, 4, 6])

    // An accumulator that has been read is copied before it is added to.
    let before = x.gradient!
    (x.tensor * 1).backward(gradient)
    #expect(before.scalars == [2, 4, 6])
    #expect(x.gradient!.scalars == [3, 6, 9])

    // A value read before a step keeps what it was, and so do its views.
    let value = x.value
    let view = x.value.reshaped([1, 3])
    var (mean, variance) = (Tensor.zeros([3]), Tensor.zeros([3]))
    let zeros = mean
    x.update(
      AdamWStep(
        learningRate: 0.5, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0, step: 1, gradientScale: 1),
      gradient: gradient, mean: &mean, variance: &variance)
    #expect(x.value.scalars != [1, 1, 1])
    #expect(value.scalars == [1, 1, 1])
    #expect(view.scalars == [1, 1, 1])
    #expect(zeros.scalars == [0, 0, 0])
    #expect(mean.scalars != [0, 0, 0])
  }

  @Test func ranksCountFromTheLargest() {
    let x = Tensor([3, 1, 2, 5, 5, 5, -1, .infinity, 0], shape: [3, 3])
    #expect(x.ranks(of: [0, 2, 2]) == [1, 3, 2])
    #expect(x.ranks(of: [1, 0, 1]) == [3, 1, 1])
    #expect(Tensor.zeros([0, 4]).ranks(of: []) == [])
    var draw = Draw(.large, seed: 61)
    let logits = draw.spaced([5, 259], offset: 0)
    let columns = draw.indices(5, below: 259)
    let rows = Reference(logits)
    let expected = (0..<5).map { r in
      let (row, column) = (rows.row(r), Int(columns[r]))
      return 1 + row.indices.count { row[$0] > row[column] || (row[$0] == row[column] && $0 < column) }
    }
    #expect(logits.ranks(of: columns) == expected)
  }

  /// Large logits neither overflow nor lose the others; -∞ is a token that cannot come.
  @Test func probabilitiesOfExtremeLogits() {
    let x = Tensor([1000, 999, -1000, -.infinity], shape: [1, 4])
    let p = x.softmax().scalars
    #expect(abs(p[0] - 0.7310586) < 1e-6)
    #expect(abs(p[1] - 0.2689414) < 1e-6)
    #expect(p[2...] == [0, 0])
    let logP = x.logSoftmax().scalars
    #expect(abs(logP[0] + 0.31326166) < 1e-6)
    #expect(logP[3] == -.infinity)
    #expect(Tensor([-1e4, 0, 1e4]).logSigmoid().scalars == [-1e4, -0.6931472, 0])
    #expect(Tensor([-1e4, 1e4]).sigmoid().scalars == [0, 1])
  }
}
