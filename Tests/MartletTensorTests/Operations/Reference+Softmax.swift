import Foundation
import MartletTensor

extension OperationFamily {
  static let softmax = OperationFamily("softmax") { draw in
    let shape = [draw.rows(), draw.columns()]
    return OperationCase(
      inputs: [draw.normal(shape) * 3],
      batch: .rows(shape[0]),
      operation: { inputs, _ in inputs[0].softmax() },
      reference: { inputs in inputs[0].logProbabilities().map(exp) },
      gradient: { inputs, gradient in
        [
          inputs[0].logProbabilities().map(exp).mapRows { r, p in
            let mean = dot(p, gradient.row(r))
            return zip(p, gradient.row(r)).map { $0 * ($1 - mean) }
          }
        ]
      })
  }

  static let logSoftmax = OperationFamily("logSoftmax") { draw in
    let shape = [draw.rows(), draw.columns()]
    return OperationCase(
      inputs: [draw.normal(shape) * 3],
      batch: .rows(shape[0]),
      operation: { inputs, _ in inputs[0].logSoftmax() },
      reference: { inputs in inputs[0].logProbabilities() },
      gradient: { inputs, gradient in
        [
          inputs[0].logProbabilities().mapRows { r, logProbabilities in
            let sum = gradient.row(r).reduce(0, +)
            return zip(logProbabilities, gradient.row(r)).map { $1 - exp($0) * sum }
          }
        ]
      })
  }

  static let targetLogProbabilities = OperationFamily("targetLogProbabilities") { draw in
    let (rows, width, vocabulary) = (draw.rows(), draw.columns(), draw.columns())
    return targetLogProbabilitiesCase(&draw, rows, width, vocabulary)
  }

  /// More rows than the logits of one chunk.
  static let targetLogProbabilitiesInChunks = OperationFamily("targetLogProbabilities in chunks") { draw in
    let rows = draw.element(of: [1024, 1025, 2049])
    return targetLogProbabilitiesCase(&draw, rows, draw.scale == .large ? 96 : 3, 5)
  }

  static let targetLogProbabilitiesWithinBounds = OperationFamily("targetLogProbabilities, bounded") { draw in
    let (rows, width, vocabulary) = (draw.rows(), draw.columns(), draw.columns())
    return targetLogProbabilitiesCase(&draw, rows, width, vocabulary, softCap: draw.element(of: [1, 30]))
  }

  private static func targetLogProbabilitiesCase(
    _ draw: inout Draw, _ rows: Int, _ width: Int, _ vocabulary: Int, softCap: Float? = nil
  ) -> OperationCase {
    @Sendable func capped(_ logits: Reference) -> Reference {
      guard let cap = softCap.map({ Double($0) }) else { return logits }
      return logits.map { cap * tanh($0 / cap) }
    }
    let targets = draw.indices(rows, below: vocabulary)
    return OperationCase(
      inputs: [draw.normal([rows, width]), draw.normal([vocabulary, width]) * 0.5],
      batch: .rows(rows),
      operation: { inputs, rows in
        inputs[0].targetLogProbabilities(Array(targets[rows]), weight: inputs[1], softCap: softCap)
      },
      reference: { inputs in
        let logProbabilities = capped(inputs[0].linear(inputs[1])).logProbabilities()
        return Reference([rows], (0..<rows).map { logProbabilities[$0, Int(targets[$0])] })
      },
      gradient: { inputs, gradient in
        let products = inputs[0].linear(inputs[1])
        let logits = capped(products).logProbabilities().mapRows { r, logProbabilities in
          logProbabilities.enumerated().map { c, logProbability in
            let slope = softCap.map { 1 / Foundation.pow(cosh(products[r, c] / Double($0)), 2) } ?? 1
            return gradient.values[r] * ((c == Int(targets[r]) ? 1 : 0) - exp(logProbability)) * slope
          }
        }
        return [logits.timesMatrix(inputs[1]), logits.transposedTimes(inputs[0])]
      })
  }
}

extension Reference {
  /// log softmax of each row.
  fileprivate func logProbabilities() -> Reference {
    mapRows { _, x in
      let largest = x.max()!
      let logSumExp = largest + log(x.reduce(0) { $0 + exp($1 - largest) })
      return x.map { $0 - logSumExp }
    }
  }
}
