import MartletTensor

extension OperationFamily {
  static let rowsAtIndices = OperationFamily("rows(at:)") { draw in
    let (vocabulary, width, tokens) = (draw.someRows(), draw.columns(), draw.rows())
    let indices = draw.indices(tokens, below: vocabulary)
    return OperationCase(
      inputs: [draw.normal([vocabulary, width])],
      batch: .rows(tokens, rowInputs: 0),
      operation: { inputs, rows in inputs[0].rows(at: Array(indices[rows])) },
      reference: { inputs in Reference([tokens, width], indices.flatMap { inputs[0].row(Int($0)) }) },
      gradient: { inputs, gradient in
        var sum = Reference.zeros([vocabulary, width])
        for (token, index) in indices.enumerated() {
          for c in 0..<width { sum[Int(index), c] += gradient[token, c] }
        }
        return [sum]
      })
  }

  static let elementsAtColumns = OperationFamily("elements(at:)") { draw in
    let (rows, width) = (draw.rows(), draw.columns())
    let chosen = draw.indices(rows, below: width)
    return OperationCase(
      inputs: [draw.normal([rows, width])],
      batch: .rows(rows),
      operation: { inputs, rows in inputs[0].elements(at: Array(chosen[rows])) },
      reference: { inputs in Reference([rows], (0..<rows).map { inputs[0][$0, Int(chosen[$0])] }) },
      gradient: { inputs, gradient in
        var result = Reference.zeros([rows, width])
        for r in 0..<rows { result[r, Int(chosen[r])] = gradient.values[r] }
        return [result]
      })
  }

  static let rowRange = OperationFamily("rows(range)") { draw in
    let (rows, width) = (draw.rows(), draw.columns())
    let lower = draw.number(below: rows + 1)
    let upper = lower + draw.number(below: rows - lower + 1)
    return OperationCase(
      inputs: [draw.normal([rows, width])],
      operation: { inputs, _ in inputs[0].rows(lower..<upper) },
      reference: { inputs in
        Reference([upper - lower, width], Array(inputs[0].values[lower * width..<upper * width]))
      },
      gradient: { inputs, gradient in
        var result = Reference.zeros([rows, width])
        result.values.replaceSubrange(lower * width..<upper * width, with: gradient.values)
        return [result]
      })
  }

  static let concatenated = OperationFamily("concatenated") { draw in
    let width = draw.columns()
    let heights = [draw.rows(), draw.rows(), draw.rows()]
    return OperationCase(
      inputs: heights.map { draw.normal([$0, width]) },
      operation: { inputs, _ in .concatenated(inputs) },
      reference: { inputs in Reference([heights.reduce(0, +), width], inputs.flatMap(\.values)) },
      gradient: { inputs, gradient in
        var rest = gradient.values[...]
        return heights.map { height in
          defer { rest = rest.dropFirst(height * width) }
          return Reference([height, width], Array(rest.prefix(height * width)))
        }
      })
  }

  static let reshaped = OperationFamily("reshaped") { draw in
    let (rows, width) = (draw.rows(), draw.columns())
    return OperationCase(
      inputs: [draw.normal([rows, 2, width])],
      operation: { inputs, _ in inputs[0].reshaped([2 * width, rows]) },
      reference: { inputs in Reference([2 * width, rows], inputs[0].values) },
      gradient: { inputs, gradient in [Reference([rows, 2, width], gradient.values)] })
  }
}
