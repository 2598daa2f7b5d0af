import MartletTensor
import Testing

/// Published results of other implementations, where `../shared/data` is at hand.
@Suite struct ConformanceTests {
  /// A thousand steps on a linear map, with gradients from the tape.
  @Test func adamW() throws {
    guard let file = try SharedData.json("optimisers/adamw.json") else { return }
    let betas = try file.numbers("betas")
    let x = try file.numbers("x").map(Float.init)
    let trajectory = try #require(file["trajectory_float64"] as? [String: Any])
    let weight = Parameter("w", Tensor(try file.numbers("w0").map(Float.init), shape: [2, 3]))
    var (mean, variance) = (Tensor.zeros([2, 3]), Tensor.zeros([2, 3]))
    for step in 1...Int(try file.number("steps")) {
      let x = Array(x[3 * (step - 1)..<3 * step])
      let target = Tensor([x[0] + x[1], -x[2]], shape: [1, 2])
      (target - Tensor(x, shape: [1, 3]).linear(weight.tensor)).squared().sum().backward()
      weight.update(
        AdamWStep(
          learningRate: try file.number("lr"), beta1: betas[0], beta2: betas[1],
          epsilon: try file.number("eps"), decay: try file.number("weight_decay"), step: step,
          gradientScale: 1),
        gradient: weight.gradient!, mean: &mean, variance: &variance)
      weight.clearGradient()
      if trajectory["\(step)"] != nil {
        // Float32 against float64: rounding adds up over the steps.
        expectClose(weight.value, try trajectory.numbers("\(step)"), within: 1e-6 + 1e-8 * Double(step))
      }
    }
    expectClose(weight.value, try file.numbers("expected_w"), within: try file.number("atol_expected_w"))
  }

  /// Its pairs are neighbours (0, 1), (2, 3), …; ours are (0, 32), (1, 33), …: the same columns in another order.
  @Test func rotaryPositions() throws {
    guard let file = try SharedData.json("optimisers/rope.json") else { return }
    let shape = try file.numbers("shape").map { Int($0) }
    let (rows, width) = (shape[0] * shape[1], shape[2])
    let positions = try file.numbers("positions").map { Int32($0) }
    let order = (0..<width).map { $0 < width / 2 ? 2 * $0 : 2 * ($0 - width / 2) + 1 }
    func halves(_ values: [Double]) -> [Double] {
      (0..<rows).flatMap { row in order.map { values[row * width + $0] } }
    }
    let table = RotaryTable(positions: shape[1], headDimension: width, base: try file.number("theta"))
    let rotated = Tensor(halves(try file.numbers("x")).map(Float.init), shape: [rows, width])
      .rotated(heads: 1, positions: (0..<shape[0]).flatMap { _ in positions }, by: table)
    expectClose(rotated, halves(try file.numbers("expected")), within: try file.number("atol_expected"))
    // The table's angles are rounded to float32, as `transformers` rounds them.
    expectClose(rotated, halves(try file.numbers("expected_float64")), within: 4e-6)
  }

  /// Its masks are arbitrary: each query becomes a sequence of its own over the keys it may see.
  @Test func attention() throws {
    guard let file = try SharedData.json("optimisers/sdpa.json") else { return }
    let shape = try file.numbers("mask_shape").map { Int($0) }
    let (batches, queries, keys) = (shape[0], shape[1], shape[2])
    let width = Int(try file.numbers("q_shape")[2])
    let mask = try file.numbers("mask")
    func matrix(_ key: String, rows: Int) throws -> Tensor {
      Tensor(try file.numbers(key).map(Float.init), shape: [batches * rows, width])
    }
    var rows: [Int32] = []
    var starts: [Int32] = []
    for query in 0..<batches * queries {
      starts.append(Int32(rows.count))
      rows += (0..<keys).filter { mask[query * keys + $0] != 0 }.map { Int32(query / queries * keys + $0) }
    }
    let attention = AttentionShape(
      queryOffsets: (0...Int32(batches * queries)).map { $0 }, keyStarts: starts,
      keyCounts: zip((starts + [Int32(rows.count)]).dropFirst(), starts).map { $0 - $1 }, heads: 1,
      keyValueHeads: 1, headDimension: width, window: 0)
    let output = try matrix("q", rows: queries).attending(
      to: matrix("k", rows: keys).rows(at: rows), values: matrix("v", rows: keys).rows(at: rows), attention)
    expectClose(output, try file.numbers("expected"), within: try file.number("atol_expected"))
    expectClose(output, try file.numbers("expected_float64"), within: 2e-6)
  }

  private func expectClose(
    _ actual: Tensor, _ expected: [Double], within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let worst = zip(actual.scalars, expected).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(actual.count == expected.count, sourceLocation: sourceLocation)
    #expect(worst <= tolerance, "off by \(worst)", sourceLocation: sourceLocation)
  }
}
