import MartletTensor

extension OperationFamily {
  static let sum = OperationFamily("sum") { draw in
    OperationCase(
      inputs: [draw.normal([draw.rows(), draw.columns()])],
      operation: { inputs, _ in inputs[0].sum() },
      reference: { inputs in Reference([], [inputs[0].values.reduce(0, +)]) },
      gradient: { inputs, gradient in [inputs[0].map { _ in gradient.values[0] }] })
  }

  static let mean = OperationFamily("mean") { draw in
    OperationCase(
      inputs: [draw.normal([draw.someRows(), draw.columns()])],
      operation: { inputs, _ in inputs[0].mean() },
      reference: { inputs in Reference([], [inputs[0].values.reduce(0, +) / Double(inputs[0].values.count)])
      },
      gradient: { inputs, gradient in
        [inputs[0].map { _ in gradient.values[0] / Double(inputs[0].values.count) }]
      })
  }

  static let rowSums = OperationFamily("rowSums") { draw in
    let shape = [draw.rows(), draw.columns()]
    return OperationCase(
      inputs: [draw.normal(shape)],
      batch: .rows(shape[0]),
      operation: { inputs, _ in inputs[0].rowSums() },
      reference: { inputs in Reference([shape[0]], (0..<shape[0]).map { inputs[0].row($0).reduce(0, +) }) },
      gradient: { inputs, gradient in
        [inputs[0].mapRows { r, x in x.map { _ in gradient.values[r] } }]
      })
  }

  static let rowMeans = OperationFamily("rowMeans") { draw in
    let shape = [2, draw.rows(), draw.columns()]
    let width = Double(shape[2])
    return OperationCase(
      inputs: [draw.normal(shape)],
      operation: { inputs, _ in inputs[0].rowMeans() },
      reference: { inputs in
        Reference([2, shape[1]], (0..<2 * shape[1]).map { inputs[0].row($0).reduce(0, +) / width })
      },
      gradient: { inputs, gradient in
        [inputs[0].mapRows { r, x in x.map { _ in gradient.values[r] / width } }]
      })
  }

  static let rowMaxima = OperationFamily("rowMaxima") { draw in
    let shape = [draw.rows(), draw.columns()]
    // Column c holds numbers whose fraction only it has, so that no two of a row are equal.
    let fractions = Tensor((0..<shape[1]).map { Float($0) / Float(64 * shape[1]) })
    return OperationCase(
      inputs: [draw.spaced(shape, offset: 0) + fractions],
      batch: .rows(shape[0]),
      operation: { inputs, _ in inputs[0].rowMaxima() },
      reference: { inputs in Reference([shape[0]], (0..<shape[0]).map { inputs[0].row($0).max()! }) },
      gradient: { inputs, gradient in
        [inputs[0].mapRows { r, x in x.map { $0 == x.max()! ? gradient.values[r] : 0 } }]
      })
  }

  static let columnSums = OperationFamily("columnSums") { draw in
    OperationCase(
      inputs: [draw.normal([draw.rows(), draw.columns()])],
      operation: { inputs, _ in inputs[0].columnSums() },
      reference: { inputs in inputs[0].summedOverRows() },
      gradient: { inputs, gradient in [inputs[0].mapRows { _, _ in gradient.values }] })
  }
}
