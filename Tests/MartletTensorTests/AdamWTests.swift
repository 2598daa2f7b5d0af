import MartletTensor
import Testing

@Suite struct AdamWTests {
  private func step(_ number: Int, scale: Float = 1) -> AdamWStep {
    AdamWStep(
      learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0.5, step: number,
      gradientScale: scale)
  }

  /// Loshchilov and Hutter 2019, algorithm 2. The first step's moments are (1 - β)·g, so that corrected they are
  /// g and g², and the value moves by the learning rate against the gradient's sign, after its decay:
  /// 2 - 0.1·0.5·2 - 0.1 = 1.8 and -1 + 0.1·0.5 + 0.1 = -0.85; a gradient of 0 leaves 4 - 0.2 = 3.8.
  @Test func theFirstTwoStepsByHand() {
    let parameter = Parameter("p", Tensor([2, -1, 4]))
    var (mean, variance) = (Tensor.zeros([3]), Tensor.zeros([3]))
    let gradient = Tensor([3, -0.5, 0])
    parameter.update(step(1), gradient: gradient, mean: &mean, variance: &variance)
    expectClose(parameter.value, [1.8, -0.85, 3.8])
    expectClose(mean, [0.3, -0.05, 0])
    expectClose(variance, [0.09, 0.0025, 0])
    // The same gradient again: the corrected moments are g and g² still.
    parameter.update(step(2), gradient: gradient, mean: &mean, variance: &variance)
    expectClose(parameter.value, [1.8 * 0.95 - 0.1, -0.85 * 0.95 + 0.1, 3.61])
    // The opposite: m = 0.9·0.57 - 0.1·3 over 1 - 0.9³ for the first, v is g² still.
    parameter.update(step(3, scale: -1), gradient: gradient, mean: &mean, variance: &variance)
    let move: Float = 0.1 * (0.9 * 0.19 - 0.1) / 0.271
    expectClose(parameter.value, [1.61 * 0.95 - move, -0.7075 * 0.95 + move, 3.4295])
  }

  @Test func everyPathGivesTheSameBits() {
    func bits(_ set: CPUExecution.InstructionSet, _ threads: Int) -> Bits {
      CPUExecution.with(instructionSet: set, threads: threads) {
        let stream = RandomStream(seed: 81, stream: 0)
        let shape = [9, 8191]
        let parameter = Parameter("p", .normal(shape, standardDeviation: 1, from: stream))
        let gradient = Tensor.normal(shape, standardDeviation: 1, from: stream.substream(1))
        var (mean, variance) = (Tensor.zeros(shape), Tensor.zeros(shape))
        for number in 1...3 {
          parameter.update(step(number), gradient: gradient, mean: &mean, variance: &variance)
        }
        return Bits([parameter.value, mean, variance, Tensor(Float(gradient.sumOfSquares()))])
      }
    }
    for set in CPUExecution.InstructionSet.allCases where set.isAvailable {
      for threads in 1...3 { #expect(bits(set, threads) == bits(.portable, 1)) }
    }
  }

  @Test(arguments: [0, 1, 17, 4095, 4096, 4097, 20_000])
  func sumOfSquaresIsTheNormsSquare(count: Int) {
    let x = Tensor.normal([count], standardDeviation: 1, from: RandomStream(seed: 82, stream: 0))
    let expected = Reference(x).values.reduce(0) { $0 + $1 * $1 }
    #expect(abs(x.sumOfSquares() - expected) <= 1e-6 * expected)
  }

  private func expectClose(_ actual: Tensor, _ expected: [Float]) {
    for (actual, expected) in zip(actual.scalars, expected) {
      #expect(abs(actual - expected) <= 1e-6 * max(1, abs(expected)))
    }
  }
}
