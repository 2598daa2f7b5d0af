import MartletTensor

extension OperationFamily {
  static let layerNormalized = OperationFamily("layerNormalized") { draw in
    layerNormalizedCase(&draw, hasBias: false)
  }
  static let layerNormalizedWithBias = OperationFamily("layerNormalized with bias") { draw in
    layerNormalizedCase(&draw, hasBias: true)
  }

  private static func layerNormalizedCase(_ draw: inout Draw, hasBias: Bool) -> OperationCase {
    let (rows, width) = (draw.rows(), draw.columns())
    let epsilon: Float = draw.element(of: [1e-5, 1e-3])
    let bias = hasBias ? [draw.normal([width])] : []
    return OperationCase(
      inputs: [draw.normal([rows, width]) + 0.5, draw.normal([width])] + bias,
      batch: .rows(rows),
      operation: { inputs, _ in
        inputs[0].layerNormalized(by: inputs[1], bias: hasBias ? inputs[2] : nil, epsilon: epsilon)
      },
      reference: { inputs in
        inputs[0].standardized(epsilon: Double(epsilon)).mapRows { _, x in
          (0..<width).map { x[$0] * inputs[1].values[$0] + (hasBias ? inputs[2].values[$0] : 0) }
        }
      },
      gradient: { inputs, gradient in
        let normal = inputs[0].standardized(epsilon: Double(epsilon))
        let dx = inputs[0].mapRows { r, x in
          let scaled = zip(gradient.row(r), inputs[1].values).map { $0 * $1 }
          let mean = scaled.reduce(0, +) / Double(width)
          let projection = dot(scaled, normal.row(r)) / Double(width)
          let inverse = Reference.inverseDeviation(x, epsilon: Double(epsilon))
          return zip(scaled, normal.row(r)).map { inverse * ($0 - mean - $1 * projection) }
        }
        return [dx, gradient.zipped(normal, *).summedOverRows()]
          + (hasBias ? [gradient.summedOverRows()] : [])
      },
      // Each row's gradient loses its mean and its part along x: all of it when rows are of two or fewer.
      cancelling: { inputs, gradient in
        inputs[0].mapRows { r, x in
          let inverse = Reference.inverseDeviation(x, epsilon: Double(epsilon))
          return zip(gradient.row(r), inputs[1].values).map { inverse * $0 * $1 }
        }.norm
      })
  }

  static let columnsScaled = OperationFamily("columnsScaled") { draw in
    let (rows, width) = (draw.rows(), draw.columns())
    return OperationCase(
      inputs: [draw.normal([rows, width]), draw.normal([width])],
      batch: .rows(rows),
      operation: { inputs, _ in inputs[0].columnsScaled(by: inputs[1]) },
      reference: { inputs in inputs[0].mapRows { _, x in zip(x, inputs[1].values).map { $0 * $1 } } },
      gradient: { inputs, gradient in
        [
          gradient.mapRows { _, g in zip(g, inputs[1].values).map { $0 * $1 } },
          gradient.zipped(inputs[0], *).summedOverRows(),
        ]
      })
  }

  static let rmsNormalized = OperationFamily("rmsNormalized") { draw in
    let (rows, width) = (draw.rows(), draw.columns())
    let epsilon: Float = draw.element(of: [1e-6, 1e-3])
    let offset: Float = draw.element(of: [0, 1])
    @Sendable func inverse(_ x: [Double]) -> Double {
      1 / (dot(x, x) / Double(width) + Double(epsilon)).squareRoot()
    }
    return OperationCase(
      inputs: [draw.normal([rows, width]), draw.normal([width])],
      batch: .rows(rows),
      operation: { inputs, _ in inputs[0].rmsNormalized(by: inputs[1], offset: offset, epsilon: epsilon) },
      reference: { inputs in
        inputs[0].mapRows { _, x in
          let inverse = inverse(x)
          return zip(x, inputs[1].values).map { $0 * inverse * ($1 + Double(offset)) }
        }
      },
      gradient: { inputs, gradient in
        let dx = inputs[0].mapRows { r, x in
          let inverse = inverse(x)
          let scaled = zip(gradient.row(r), inputs[1].values).map { $0 * ($1 + Double(offset)) }
          let projection = dot(scaled, x) / Double(width) * inverse * inverse
          return zip(scaled, x).map { inverse * ($0 - $1 * projection) }
        }
        let normal = inputs[0].mapRows { _, x in
          let inverse = inverse(x)
          return x.map { $0 * inverse }
        }
        return [dx, gradient.zipped(normal, *).summedOverRows()]
      },
      // Each row's gradient loses its part along x: all of it when rows are of one.
      cancelling: { inputs, gradient in
        inputs[0].mapRows { r, x in
          let inverse = inverse(x)
          return zip(gradient.row(r), inputs[1].values).map { inverse * $0 * ($1 + Double(offset)) }
        }.norm
      })
  }
}

extension Reference {
  /// Each row with its mean taken away and divided by its standard deviation.
  fileprivate func standardized(epsilon: Double) -> Reference {
    mapRows { _, x in
      let mean = x.reduce(0, +) / Double(x.count)
      let inverse = Reference.inverseDeviation(x, epsilon: epsilon)
      return x.map { ($0 - mean) * inverse }
    }
  }

  fileprivate static func inverseDeviation(_ x: [Double], epsilon: Double) -> Double {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    return 1 / (variance + epsilon).squareRoot()
  }
}
