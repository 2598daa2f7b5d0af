import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

/// The optimiser against steps taken by hand and published ones.
@Suite struct AdamWTests {
  private func close(_ found: Tensor, _ expected: Double) -> Bool {
    abs(Double(found.scalar) / expected - 1) < 3e-7
  }

  @Test func twoStepsByHand() throws {
    let matrix = Parameter("matrix", Tensor([1], shape: [1, 1]))
    let vector = Parameter("vector", Tensor([1], shape: [1]))
    let still = Parameter("still", Tensor([1], shape: [1, 1]))
    let parameters = [matrix, vector, still]
    var optimizer = AdamW(
      AdamW.Settings(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1))

    // Moments 0.05 and 0.0025, corrected 0.5 and 0.25, so the step is 0.1 · 0.5 / 0.5. The matrix decays first.
    for parameter in [matrix, vector] {
      parameter.tensor.backward(Tensor([0.5], shape: parameter.value.shape))
    }
    optimizer.update(parameters, learningRate: 0.1)
    #expect(close(matrix.value, 1 * (1 - 0.1 * 0.1) - 0.1))
    #expect(close(vector.value, 0.9))
    #expect(optimizer.step == 1)

    // Moments 0.9 · 0.05 - 0.1 = -0.055 and 0.99 · 0.0025 + 0.01 = 0.012475, corrected by 0.19 and 0.0199;
    // the gradient -2 is clipped to -1.
    for parameter in [matrix, vector] {
      parameter.tensor.backward(Tensor([-2], shape: parameter.value.shape))
    }
    optimizer.update(parameters, learningRate: 0.1, gradientScale: 0.5)
    #expect(close(matrix.value, 0.9176607708717226))
    #expect(close(vector.value, 0.9365607708717226))
    #expect(close(try #require(optimizer.moments["matrix"]).mean, -0.055))
    #expect(close(try #require(optimizer.moments["matrix"]).variance, 0.012475))

    // What has no gradient does not move, and gradients are used up.
    #expect(still.value.scalar == 1 && optimizer.moments["still"] == nil)
    #expect(parameters.allSatisfy { $0.gradient == nil })
  }

  /// A thousand steps of a published exercise, whose float64 trajectory is torch's.
  @Test func publishedTrajectory() throws {
    guard let path = TestFiles.conformance("optimisers/adamw.json") else { return }
    let file = try JSONReader(file: path)
    let start = try file.required("w0", as: [Float].self)
    let inputs = try file.required("x", as: [[Float]].self)
    let betas = try file.required("betas", as: [Double].self)
    let rate: Double = try file.required("lr")
    let weight = Parameter("w", Tensor(start, shape: [2, 3]))
    var optimizer = AdamW(
      AdamW.Settings(
        beta1: betas[0], beta2: betas[1], epsilon: try file.required("eps"),
        weightDecay: try file.required("weight_decay")))
    for x in inputs {
      // The gradient of Σ (y - W x)² is -2 (y - W x) xᵀ.
      let w = weight.value.scalars
      let targets = [x[0] + x[1], -x[2]]
      let gradient = (0..<6).map { i -> Float in
        let row = i / 3
        let output = (0..<3).reduce(Float(0)) { $0 + w[3 * row + $1] * x[$1] }
        return -2 * (targets[row] - output) * x[i % 3]
      }
      weight.tensor.backward(Tensor(gradient, shape: [2, 3]))
      optimizer.update([weight], learningRate: rate)
    }
    let expected = try file.required("expected_w", as: [Double].self)
    for (found, expected) in zip(weight.value.scalars, expected) {
      #expect(abs(Double(found) - expected) < 1e-5)
    }
  }
}
