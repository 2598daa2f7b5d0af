import Foundation
import MartletTensor

extension OperationFamily {
  static let rotated = OperationFamily("rotated") { draw in
    let (rows, heads) = (draw.rows(), draw.element(of: [1, 3, 4]))
    let half = draw.element(of: draw.scale == .large ? [32, 40] : [1, 4, 9])
    // Columns of a head beyond those that are rotated.
    let rest = draw.element(of: [0, 0, 3, 16])
    let dimension = 2 * half + rest
    let positions = draw.indices(rows, below: 50)
    let base = 10_000.0
    let table = RotaryTable(positions: 50, headDimension: 2 * half, base: base)
    /// Turns each pair of each head by `direction` times its angle.
    @Sendable func turned(_ x: Reference, _ direction: Double) -> Reference {
      x.mapRows { r, x in
        var y = x
        for pair in 0..<half {
          // The angle is a float32 product of float32 factors by definition (see RotaryTable).
          let exponent = Float(2 * pair) / Float(2 * half)
          let frequency = 1 / Float(Foundation.pow(base, Double(exponent)))
          let angle = direction * Double(Float(positions[r]) * frequency)
          for head in 0..<heads {
            let (i, j) = (head * dimension + pair, head * dimension + half + pair)
            y[i] = x[i] * cos(angle) - x[j] * sin(angle)
            y[j] = x[j] * cos(angle) + x[i] * sin(angle)
          }
        }
        return y
      }
    }
    return OperationCase(
      inputs: [draw.normal([rows, heads * dimension])],
      batch: .rows(rows),
      operation: { inputs, rows in
        inputs[0].rotated(heads: heads, positions: Array(positions[rows]), by: table)
      },
      reference: { inputs in turned(inputs[0], 1) },
      gradient: { inputs, gradient in [turned(gradient, -1)] })
  }
}
