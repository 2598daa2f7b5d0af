import Foundation
import MartletTensor

extension OperationFamily {
  static let rotated = OperationFamily("rotated") { draw in
    let (rows, heads) = (draw.rows(), draw.element(of: [1, 3, 4]))
    let half = draw.element(of: draw.scale == .large ? [32, 40] : [1, 4, 9])
    let positions = draw.indices(rows, below: 50)
    let base = 10_000.0
    let table = RotaryTable(positions: 50, headDimension: 2 * half, base: base)
    /// Turns each pair of each head by `direction` times its angle.
    @Sendable func turned(_ x: Reference, _ direction: Double) -> Reference {
      x.mapRows { r, x in
        var y = x
        for pair in 0..<half {
          // The angle is a float32 product of float32 factors by definition (see RotaryTable).
          let frequency = 1 / Float(Foundation.pow(base, Double(2 * pair) / Double(2 * half)))
          let angle = direction * Double(Float(positions[r]) * frequency)
          for head in 0..<heads {
            let (i, j) = (head * 2 * half + pair, head * 2 * half + half + pair)
            y[i] = x[i] * cos(angle) - x[j] * sin(angle)
            y[j] = x[j] * cos(angle) + x[i] * sin(angle)
          }
        }
        return y
      }
    }
    return OperationCase(
      inputs: [draw.normal([rows, heads * 2 * half])],
      batch: .rows(rows),
      operation: { inputs, rows in
        inputs[0].rotated(heads: heads, positions: Array(positions[rows]), by: table)
      },
      reference: { inputs in turned(inputs[0], 1) },
      gradient: { inputs, gradient in [turned(gradient, -1)] })
  }
}
