import MartletKernels
import MartletTensor
import Testing

/// Products of few rows, with float32 and bfloat16 weights, on every path.
@Suite struct FewRowsTests {
  /// In a process of its own, so that no other test keeps the pool of threads busy.
  @Test func everyPathTakesTheSumsInOrder() async {
    await #expect(processExitsWith: .success) {
      var draw = Draw(.odd, seed: 51)
      let rows = Array(1...20) + [23, 27, 31, 32, 33, 45, 48, 49, 64, 77]
      for (index, rows) in rows.enumerated() {
        let depths = [0, 1, 15, 16, 31, 32, 33, 63, 100]
        let columns = 1 + draw.number(below: 70)
        FewRows(
          rows: rows, columns: columns, depth: depths[index % depths.count], strides: index % 3,
          start: index % 3, seed: UInt64(index)
        ).check()
      }
      // Enough work for several threads.
      FewRows(rows: 1, columns: 1003, depth: 333, strides: 1, start: 2, seed: 100).check()
      FewRows(rows: 37, columns: 403, depth: 177, strides: 2, start: 1, seed: 101).check()
    }
  }

  /// Rows alone and as a part of a product that packs both factors.
  @Test func fewRowsAreThoseOfMany() {
    var draw = Draw(.odd, seed: 52)
    let (many, depth, columns) = (520, 91, 50)
    let (x, weight) = (draw.normal([many, depth]), draw.normal([columns, depth]))
    let bias = draw.normal([columns])
    let whole = x.linear(weight, bias: bias)
    for rows in [1, 2, 3, 7, 14, 15, 16, 17, 40, 511] {
      let few = x.rows(3..<3 + rows).linear(weight, bias: bias)
      #expect(Bits([few]) == Bits([whole.rows(3..<3 + rows)]), "\(rows)")
    }
    // Many rows of bfloat16 weights take the path of few, in parts.
    let narrow = weight.converted(to: .bfloat16)
    let tall = draw.normal([1100, depth])
    #expect(Bits([tall.linear(narrow)]) == Bits([tall.linear(narrow.converted(to: .float32))]))
  }

  /// One row of a gradient, and a gradient of a weight with one row, alone and among others.
  @Test(arguments: [1, 3, 4, 37], [1, 16, 1500, 2100]) func oneRowIsThatOfMany(depth: Int, columns: Int) {
    var draw = Draw(.odd, seed: 54)
    let gradient = draw.normal([20, depth])
    let (weight, x) = (draw.normal([depth, columns]), draw.normal([depth, columns]))
    let backend = weight.backend
    let inputs = backend.linearInputGradient(gradient, weight, .float32)
    for row in [0, 13] {
      let alone = backend.linearInputGradient(gradient.rows(row..<row + 1), weight, .float32)
      #expect(Bits([alone]) == Bits([inputs.rows(row..<row + 1)]), "row \(row)")
    }
    // Tokens are the depth here. The sum goes on from what there is.
    let slopes = draw.normal([depth, 20])
    let before = draw.normal([20, columns])
    var all: Tensor? = before
    backend.accumulateLinearWeightGradient(slopes, x, into: &all, .float32)
    let column = Tensor((0..<depth).map { slopes.scalars[$0 * 20 + 7] }, shape: [depth, 1])
    var one: Tensor? = before.rows(7..<8)
    backend.accumulateLinearWeightGradient(column, x, into: &one, .float32)
    #expect(Bits([one!]) == Bits([all!.rows(7..<8)]))
  }

  @Test func severalWeightsAreOneAfterAnother() {
    var draw = Draw(.odd, seed: 53)
    for rows in [1, 5, 16, 30, 600] {
      let x = draw.normal([rows, 70])
      let factors: [(weight: Tensor, bias: Tensor?)] = [
        (draw.normal([33, 70]), nil), (draw.normal([1, 70]).converted(to: .bfloat16), draw.normal([1])),
        (draw.normal([64, 70]), draw.normal([64])),
      ]
      let together = withoutGradients { x.linear(factors) }
      let alone = factors.map { x.linear($0.weight, bias: $0.bias) }
      #expect(Bits(together) == Bits(alone), "\(rows) rows")
      #expect(Bits(x.linear(factors)) == Bits(alone), "\(rows) rows, recorded")
    }
  }
}

/// One product of random numbers, with memory beside the matrices that must stay as it is.
private struct FewRows {
  let rows, columns, depth, aStride, bStride, cStride: Int
  let start: Int
  let a, bias, c: [Float]
  let b: [UInt16]

  init(rows: Int, columns: Int, depth: Int, strides: Int, start: Int, seed: UInt64) {
    var draw = Draw(.odd, seed: seed)
    (self.rows, self.columns, self.depth, self.start) = (rows, columns, depth, start)
    (aStride, bStride, cStride) = (depth + strides, depth + 2 * strides, columns + strides)
    a = draw.normal([rows * aStride]).scalars
    bias = draw.normal([columns]).scalars
    c = draw.normal([rows * cStride]).scalars
    b = draw.normal([columns * bStride]).scalars.map { UInt16($0.bitPattern >> 16) }
  }

  /// One accumulator an output, fused multiply-adds, the depth ascending.
  private var expected: [Float] {
    var result = c
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = start == 0 ? 0 : start == 1 ? c[row * cStride + column] : bias[column]
        for k in 0..<depth {
          sum.addProduct(a[row * aStride + k], Float(bitPattern: UInt32(b[column * bStride + k]) << 16))
        }
        result[row * cStride + column] = sum
      }
    }
    return result
  }

  func check() {
    let expected = Bits(expected)
    let wide = b.map { Float(bitPattern: UInt32($0) << 16) }
    for instructionSet in CPUExecution.InstructionSet.allCases where instructionSet.isAvailable {
      for threads in 1...3 {
        CPUExecution.with(instructionSet: instructionSet, threads: threads) {
          let place =
            "\(rows) × \(columns) × \(depth), start \(start), \(instructionSet.name), \(threads) threads"
          var product = c
          mk_matrix_product(
            MK_PRODUCT_NT, mk_start(UInt32(start)), rows, columns, depth, a, aStride, wide, bStride, bias,
            &product,
            cStride)
          #expect(Bits(product) == expected, "float32, \(place)")
          product = c
          product.withUnsafeMutableBufferPointer { c in
            b.withUnsafeBytes { b in
              bias.withUnsafeBufferPointer { bias in
                var factor = mk_factor(
                  columns: columns, is_bfloat16: 1, b: b.baseAddress, b_stride: bStride,
                  bias: bias.baseAddress, c: c.baseAddress, c_stride: cStride)
                mk_matrix_products(mk_start(UInt32(start)), rows, depth, a, aStride, &factor, 1)
              }
            }
          }
          #expect(Bits(product) == expected, "bfloat16, \(place)")
        }
      }
    }
  }
}
