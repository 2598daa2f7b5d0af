import MartletTensor
import Testing

/// A normalisation that sums what it reads gives the bits of a sum and a normalisation, and so do its gradients.
@Suite struct NormalizationExactnessTests {
  @Test(arguments: [1, 2], [1, 16, 33, 200]) func aSumInOnePassIsThatOfTwo(threads: Int, width: Int) {
    var draw = Draw(.odd, seed: UInt64(width))
    let rows = 150
    let values = (
      states: draw.normal([rows, width]), added: draw.normal([rows, width]), weight: draw.normal([width]),
      bias: draw.normal([width])
    )
    let (sumGradient, normalGradient) = (draw.normal([rows, width]), draw.normal([rows, width]))

    func result(isLayer: Bool, inOnePass: Bool) -> Bits {
      let parameters = [
        Parameter("states", values.states), Parameter("added", values.added),
        Parameter("weight", values.weight), Parameter("bias", values.bias),
      ]
      let (states, added) = (parameters[0].tensor, parameters[1].tensor)
      let (weight, bias) = (parameters[2].tensor, parameters[3].tensor)
      var sum: Tensor
      let normal: Tensor
      if inOnePass {
        (sum, normal) =
          isLayer
          ? states.adding(added, layerNormalizedBy: weight, bias: bias, epsilon: 1e-5)
          : states.adding(added, rmsNormalizedBy: weight, offset: 1, epsilon: 1e-5)
      } else {
        sum = states + added
        normal =
          isLayer
          ? sum.layerNormalized(by: weight, bias: bias, epsilon: 1e-5)
          : sum.rmsNormalized(by: weight, offset: 1, epsilon: 1e-5)
      }
      // The sum is read again after the normalisation, as in a block, and before it.
      let last = (sum + normal * normalGradient) * sum
      last.backward(sumGradient)
      return Bits([sum, normal] + parameters.compactMap(\.gradient))
    }
    CPUExecution.with(threads: threads) {
      for isLayer in [false, true] {
        #expect(result(isLayer: isLayer, inOnePass: true) == result(isLayer: isLayer, inOnePass: false))
      }
    }
  }

  /// A gradient is added to what has reached the sum before, and one that another tensor shares is not changed.
  @Test(arguments: [false, true]) func theGradientIsAddedToTheStreams(isLayer: Bool) {
    var draw = Draw(.odd, seed: 3)
    let (rows, width) = (5, 24)
    let (states, branch) = (
      Parameter("states", draw.normal([rows, width])), Parameter("branch", draw.normal([rows, width]))
    )
    let (weight, gradient) = (draw.normal([width]), draw.normal([rows, width]))
    func normalized(_ x: Tensor, adding other: Tensor?) -> (sum: Tensor, normal: Tensor) {
      isLayer
        ? x.adding(other, layerNormalizedBy: weight, bias: nil, epsilon: 1e-5)
        : x.adding(other, rmsNormalizedBy: weight, epsilon: 1e-5)
    }
    let kept = Bits([gradient])
    let (sum, normal) = normalized(states.tensor, adding: branch.tensor)
    (sum + normal).backward(gradient)

    let alone = Parameter("sum", sum.detached)
    normalized(alone.tensor, adding: nil).normal.backward(gradient)
    let expected = Bits([gradient + alone.gradient!])
    #expect(Bits([states.gradient!]) == expected)
    #expect(Bits([branch.gradient!]) == expected)
    #expect(Bits([gradient]) == kept)
  }
}
