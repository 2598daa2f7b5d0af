import MartletTensor
import Testing

/// Products of bfloat16 are float32 products of rounded factors, to the bit.
@Suite struct BFloat16ProductTests {
  /// To nearest, ties to even, by arithmetic of its own: bfloat16 keeps 8 bits of a number.
  private static func rounded(_ x: Float) -> Float {
    let bits = x.bitPattern
    let lower = bits & 0xffff
    let isUp = lower > 0x8000 || (lower == 0x8000 && bits & 0x10000 != 0)
    return Float(bitPattern: bits & 0xffff_0000 + (isUp ? 0x10000 : 0))
  }

  private static func rounded(_ x: Tensor) -> Tensor { Tensor(x.scalars.map(rounded), shape: x.shape) }

  /// The result, the gradient of the input and that of the weight, of which each reads two factors.
  private static func products(
    _ precision: ProductPrecision, _ x: Tensor, _ weight: Tensor, _ gradient: Tensor
  ) -> [Bits] {
    let (input, table) = (Parameter("x", x), Parameter("weight", weight))
    let output = ProductPrecision.with(precision) { input.tensor.linear(table.tensor) }
    output.backward(gradient)
    return [Bits([output]), Bits([input.gradient!]), Bits([table.gradient!])]
  }

  /// Odd depths, ends of tiles, and depths of several blocks.
  @Test(arguments: [
    (1, 1, 1), (3, 17, 5), (15, 33, 31), (29, 64, 65), (70, 513, 97), (16, 2051, 40), (2, 4100, 3),
  ])
  func areProductsOfRoundedFactors(rows: Int, inputs: Int, outputs: Int) {
    let stream = RandomStream(seed: 5, name: "\(rows) \(inputs) \(outputs)")
    func normal(_ shape: [Int], _ number: UInt64) -> Tensor {
      .normal(shape, standardDeviation: 1, from: stream.substream(number))
    }
    let (x, weight) = (normal([rows, inputs], 0), normal([outputs, inputs], 1))
    let gradient = normal([rows, outputs], 2)
    let expected = Self.products(
      .float32, Self.rounded(x), Self.rounded(weight), Self.rounded(gradient))
    #expect(expected != Self.products(.float32, x, weight, gradient))
    for set in CPUExecution.InstructionSet.allCases where set.isAvailable {
      for threads in 1...3 {
        let found = CPUExecution.with(instructionSet: set, threads: threads) {
          Self.products(.bfloat16, x, weight, gradient)
        }
        #expect(found == expected, "\(set.name) on \(threads) threads")
      }
    }
  }

  /// Sums that are too small to be normal on the way, and sums that begin with such a number.
  @Test func subnormalSums() {
    let small = Float.leastNormalMagnitude / 9
    let x = Tensor([1e-20, 1e-20, -3e-20, 1, 2e-19, -1e-20, 1e-19, 1e-19], shape: [2, 4])
    let weight = Tensor([1e-19, 3e-20, 1e-19, 0, 1e-20, 1e-20, 1e-20, -small], shape: [2, 4])
    let bias = Tensor([small / 3, -small])
    func bits(_ set: CPUExecution.InstructionSet) -> Bits {
      CPUExecution.with(instructionSet: set) {
        ProductPrecision.with(.bfloat16) { Bits([x.linear(weight), x.linear(weight, bias: bias)]) }
      }
    }
    for set in CPUExecution.InstructionSet.allCases where set.isAvailable {
      #expect(bits(set) == bits(.portable), "\(set.name)")
    }
  }

  /// Sums that become too small to be normal and normal again, at random, over blocks of depth and odd ones.
  @Test(arguments: [(7, 65, 33), (17, 2051, 19), (40, 130, 70)])
  func sumsNearTheSmallestNormalNumber(rows: Int, inputs: Int, outputs: Int) {
    let stream = RandomStream(seed: 11, name: "\(rows) \(inputs) \(outputs)")
    func small(_ shape: [Int], _ number: UInt64) -> Tensor {
      .normal(shape, standardDeviation: 0x1p-64, from: stream.substream(number))
    }
    let (x, weight) = (small([rows, inputs], 0), small([outputs, inputs], 1))
    func bits(_ set: CPUExecution.InstructionSet, threads: Int) -> Bits {
      CPUExecution.with(instructionSet: set, threads: threads) {
        ProductPrecision.with(.bfloat16) { Bits([x.linear(weight)]) }
      }
    }
    let expected = bits(.portable, threads: 1)
    for set in CPUExecution.InstructionSet.allCases where set.isAvailable {
      for threads in 1...2 { #expect(bits(set, threads: threads) == expected, "\(set.name)") }
    }
  }

  /// What a product of bfloat16 takes for zero stays what it is for everything after it, on every thread.
  @Test func subnormalsStayForOthers() {
    let x = Tensor.filled(with: Float(bitPattern: 5), shape: [512, 64])
    let one = Tensor([1], shape: [1, 1])
    for set in CPUExecution.InstructionSet.allCases where set.isAvailable {
      let (sum, product) = CPUExecution.with(instructionSet: set, threads: 2) {
        _ = ProductPrecision.with(.bfloat16) { x.linear(.filled(with: 1, shape: [64, 64])) }
        return (x + x, x.reshaped([512 * 64, 1]).linear(one))
      }
      // Patterns, not numbers: a thread that takes such numbers for zero finds them equal to anything as small.
      #expect(sum.scalars.allSatisfy { $0.bitPattern == 10 }, "\(set.name)")
      #expect(product.scalars.allSatisfy { $0.bitPattern == 5 }, "\(set.name)")
    }
  }

  /// Every instruction set rounds what is special alike: ties, the largest, what is too small to be normal, and
  /// what is no number.
  @Test func specialNumbers() {
    let numbers: [Float] = [
      0, -0.0, 1, 1.00390625, 1.01171875, -1.00390625, .greatestFiniteMagnitude, .infinity, -.infinity,
      .leastNormalMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 3e38, 1.5e-38,
      Float(bitPattern: 0x3f80_8000),
      Float(bitPattern: 0x3f81_8000), Float(bitPattern: 0x007f_ffff),
    ]
    // A product with one, whose only other term is zero: the rounded number itself.
    let x = Tensor(numbers, shape: [numbers.count, 1])
    let one = Tensor([1], shape: [1, 1])
    let expected = numbers.map { abs($0) < .leastNormalMagnitude ? 0 * $0 : Self.rounded($0) }
    for set in CPUExecution.InstructionSet.allCases where set.isAvailable {
      let found = CPUExecution.with(instructionSet: set) {
        ProductPrecision.with(.bfloat16) { x.linear(one).scalars }
      }
      for (given, (found, expected)) in zip(numbers, zip(found, expected)) {
        #expect(found == expected, "\(given) on \(set.name)")
      }
      let nothing = CPUExecution.with(instructionSet: set) {
        ProductPrecision.with(.bfloat16) { Tensor([.nan], shape: [1, 1]).linear(one).scalars[0] }
      }
      #expect(nothing.isNaN, "\(set.name)")
    }
  }
}
