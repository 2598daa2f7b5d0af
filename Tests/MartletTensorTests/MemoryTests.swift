import MartletTensor
import Testing

@Suite struct MemoryTests {
  /// In a process of its own, where nothing else takes memory from the pool.
  @Test func aSteadyStepTakesNoMemoryFromTheSystem() async {
    await #expect(processExitsWith: .success) {
      let stream = RandomStream(seed: 71, stream: 0)
      let table = Parameter("table", .normal([50, 24], standardDeviation: 0.1, from: stream))
      let weight = Parameter("weight", .normal([24, 24], standardDeviation: 0.1, from: stream))
      let parameters = [table, weight]
      var means = parameters.map { Tensor.zeros($0.value.shape) }
      var variances = means
      var reserved: [Int] = []
      var used: [Int] = []
      for step in 1...12 {
        let tokens = stream.substream(UInt64(step)).integers(below: 50, at: 0..<300).map(Int32.init)
        let hidden = table.tensor.rows(at: tokens)
        let mixed = checkpointed(hidden) { $0 + $0.linear(weight.tensor).mapped(.gelu) }
        let attended = mixed.attending(
          to: mixed, values: mixed, offsets: [0, 100, 300], heads: 4, keyValueHeads: 4)
        attended.targetLogProbabilities(tokens, weight: table.tensor).sum().backward()
        for (i, parameter) in parameters.enumerated() {
          parameter.update(
            AdamWStep(
              learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0.1, step: step,
              gradientScale: -1.0 / 300),
            gradient: parameter.gradient!, mean: &means[i], variance: &variances[i])
          parameter.clearGradient()
        }
        reserved.append(MemoryPool.shared.statistics.reserved)
        used.append(MemoryPool.shared.statistics.used)
      }
      #expect(Set(reserved.dropFirst(2)).count == 1, "reserved after each step: \(reserved)")
      #expect(Set(used).count == 1, "used after each step: \(used)")
    }
  }
}
