import MartletTensor
import Testing

/// Large activations are computed again for the gradient and small ones are kept: the bits are the same.
@Suite struct SavedTensorTests {
  @Test(arguments: [false, true]) func whatIsComputedAgainIsWhatWasKept(isGated: Bool) {
    // All rows together are more numbers than are kept, and each of the parts is less.
    let (rows, width, cuts) = (1100, 1000, [0, 400, 1100])
    var draw = Draw(.odd, seed: 5)
    let (values, others) = (draw.normal([rows, width]), draw.normal([rows, width]))
    let weights = draw.normal([3, width])
    let gradient = draw.normal([rows, 3])

    func gradients(_ cuts: [Int]) -> Bits {
      let weight = Parameter("weight", weights)
      var inputs: [Parameter] = []
      for (lower, upper) in zip(cuts, cuts.dropFirst()) {
        let (x, other) = (
          Parameter("x", values.rows(lower..<upper)), Parameter("other", others.rows(lower..<upper))
        )
        let active = isGated ? x.tensor.gating(other.tensor, by: .silu) : x.tensor.mapped(.geluTanh)
        active.linear(weight.tensor).backward(gradient.rows(lower..<upper))
        inputs.append(x)
      }
      return Bits([weight.gradient!] + inputs.map { $0.gradient! })
    }
    #expect(gradients([0, rows]) == gradients(cuts))
  }
}
