import MartletTensor

extension OperationFamily {
  static let linear = OperationFamily("linear") { draw in linearCase(&draw, hasBias: false) }
  static let linearWithBias = OperationFamily("linear with bias") { draw in linearCase(&draw, hasBias: true) }

  private static func linearCase(_ draw: inout Draw, hasBias: Bool) -> OperationCase {
    let (rows, inputs, outputs) = (draw.rows(), draw.columns(), draw.columns())
    let bias = hasBias ? [draw.normal([outputs])] : []
    return OperationCase(
      inputs: [draw.normal([rows, inputs]), draw.normal([outputs, inputs])] + bias,
      batch: .rows(rows),
      operation: { inputs, _ in inputs[0].linear(inputs[1], bias: hasBias ? inputs[2] : nil) },
      reference: { inputs in inputs[0].linear(inputs[1], bias: hasBias ? inputs[2] : nil) },
      gradient: { inputs, gradient in
        [gradient.timesMatrix(inputs[1]), gradient.transposedTimes(inputs[0])]
          + (hasBias ? [gradient.summedOverRows()] : [])
      })
  }
}

extension Reference {
  /// self · weightᵀ + bias.
  func linear(_ weight: Reference, bias: Reference? = nil) -> Reference {
    var result = Reference.zeros([rows, weight.rows])
    let weightRows = (0..<weight.rows).map(weight.row)
    for r in 0..<rows {
      let x = row(r)
      for o in 0..<weight.rows { result[r, o] = dot(x, weightRows[o]) + (bias?.values[o] ?? 0) }
    }
    return result
  }

  /// self · matrix.
  func timesMatrix(_ matrix: Reference) -> Reference { linear(matrix.transposed()) }

  /// selfᵀ · matrix.
  func transposedTimes(_ matrix: Reference) -> Reference { transposed().timesMatrix(matrix) }

  func transposed() -> Reference {
    var result = Reference.zeros([columns, rows])
    for r in 0..<rows { for c in 0..<columns { result[c, r] = self[r, c] } }
    return result
  }

  /// The sum of each column, as `[columns]`.
  func summedOverRows() -> Reference {
    var result = Reference.zeros([columns])
    for r in 0..<rows { for c in 0..<columns { result.values[c] += self[r, c] } }
    return result
  }
}
