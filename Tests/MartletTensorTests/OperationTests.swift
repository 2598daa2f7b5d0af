import MartletTensor
import Testing

/// Every operation against its Double reference, and the reference against its own finite differences.
@Suite struct OperationTests {
  /// (f(x + h) - f(x - h)) / 2h: each element of small inputs, random directions through larger ones.
  @Test(arguments: OperationFamily.all)
  func referenceGradientIsTheSlopeOfTheReference(_ family: OperationFamily) {
    for seed in 1...6 as ClosedRange<UInt64> {
      let (drawn, outputGradient) = family.sample(.small, seed: seed)
      let inputs = drawn.inputs.map { Reference($0) }
      let dy = Reference(outputGradient)
      let gradients = drawn.gradient(inputs, dy)
      #expect(gradients.map(\.shape) == inputs.map(\.shape))
      let step = 1e-5

      for which in inputs.indices {
        let count = inputs[which].values.count
        var errors = 0.0
        let directions = Self.directions(count, seed: seed)
        for direction in directions {
          func objective(_ distance: Double) -> Double {
            var moved = inputs
            moved[which] = moved[which].zipped(direction) { $0 + distance * $1 }
            return dot(drawn.reference(moved).values, dy.values)
          }
          let slope = (objective(step) - objective(-step)) / (2 * step)
          let expected = dot(gradients[which].values, direction.values)
          errors += (slope - expected) * (slope - expected)
        }
        // The floor is for gradients that are zero: what rounding leaves of a difference of equal numbers.
        let tolerance = max(1e-6 * gradients[which].norm, 1e-8)
        #expect(
          errors.squareRoot() <= tolerance,
          "\(family.name), seed \(seed), input \(which) of shape \(inputs[which].shape)")
      }
    }
  }

  private static func directions(_ count: Int, seed: UInt64) -> [Reference] {
    if count <= 32 {
      return (0..<count).map { i in Reference([count], (0..<count).map { $0 == i ? 1 : 0 }) }
    }
    return (0..<4 as Range<UInt64>).map { i in
      let stream = RandomStream(seed: seed, name: "direction").substream(i)
      return Reference([count], stream.integers(below: 2, at: 0..<UInt64(count)).map { Double(2 * $0 - 1) })
    }
  }

  @Test(arguments: OperationFamily.all)
  func float32AgreesWithTheReference(_ family: OperationFamily) {
    for (scale, seeds) in [(Draw.Scale.small, 11...18 as ClosedRange<UInt64>), (.odd, 1...6)] {
      for seed in seeds {
        let (drawn, outputGradient) = family.sample(scale, seed: seed)
        let inputs = drawn.inputs.map { Reference($0) }
        let result = drawn.run(outputGradient: outputGradient)
        let place = "\(family.name), \(scale), seed \(seed), inputs of shapes \(inputs.map(\.shape))"
        let dy = Reference(outputGradient)
        expectClose(result.output, drawn.reference(inputs), 2e-7 * dy.norm, "the result of \(place)")
        let cancelling = drawn.cancelling(inputs, dy)
        for (which, (actual, expected)) in zip(result.gradients, drawn.gradient(inputs, dy)).enumerated() {
          expectClose(
            actual, expected, 2e-7 * max(dy.norm, cancelling), "the gradient of input \(which) of \(place)")
        }
      }
    }
  }

  /// Within 1e-5 of the norm. The floor is for what is zero but for rounding, such as the gradient of the
  /// softmax of one element: about a unit in the last place of the terms that cancel.
  private func expectClose(_ actual: Tensor, _ expected: Reference, _ floor: Double, _ what: String) {
    #expect(actual.shape == expected.shape, "\(what)")
    let error = Reference(actual).zipped(expected, -).norm
    #expect(error <= max(1e-5 * expected.norm, floor), "\(what): off by \(error) of \(expected.norm)")
  }
}
