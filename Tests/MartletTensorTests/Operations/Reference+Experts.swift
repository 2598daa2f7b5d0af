import Foundation
import MartletTensor

extension OperationFamily {
  static let clampedGating = OperationFamily("clampedGating") { draw in
    let shape = [draw.rows(), draw.columns()]
    let (alpha, limit) = draw.element(of: [(1.702, 1.25), (0.7, 0.5), (1.702, 7)] as [(Float, Float)])
    let (a, bound) = (Double(alpha), Double(limit))
    return OperationCase(
      // None on a bound, where there is no slope to measure.
      inputs: [draw.spaced(shape, offset: 0.3), draw.spaced(shape, offset: 0.6)],
      batch: .rows(shape[0], rowInputs: 2),
      operation: { inputs, _ in inputs[0].clampedGating(inputs[1], alpha: alpha, limit: limit) },
      reference: { inputs in
        inputs[0].zipped(inputs[1]) { gate, up in
          let g = min(gate, bound)
          return (max(min(up, bound), -bound) + 1) * g / (1 + exp(-a * g))
        }
      },
      gradient: { inputs, gradient in
        let slopes = inputs[0].zipped(inputs[1]) { gate, up in
          if gate > bound { return 0 }
          let s = 1 / (1 + exp(-a * gate))
          return (max(min(up, bound), -bound) + 1) * (s + a * gate * s * (1 - s))
        }
        let upSlopes = inputs[0].zipped(inputs[1]) { gate, up in
          let g = min(gate, bound)
          return abs(up) > bound ? 0 : g / (1 + exp(-a * g))
        }
        return [gradient.zipped(slopes, *), gradient.zipped(upSlopes, *)]
      })
  }

  static let severalElements = OperationFamily("elements(at:each:)") { draw in
    let (rows, width) = (draw.rows(), draw.columns())
    let each = 1 + draw.number(below: 3)
    let chosen = draw.indices(rows * each, below: width)
    return OperationCase(
      inputs: [draw.normal([rows, width])],
      batch: .rows(rows),
      operation: { inputs, rows in
        inputs[0].elements(at: Array(chosen[rows.lowerBound * each..<rows.upperBound * each]), each: each)
      },
      reference: { inputs in
        Reference([rows, each], chosen.indices.map { inputs[0][$0 / each, Int(chosen[$0])] })
      },
      gradient: { inputs, gradient in
        var result = Reference.zeros([rows, width])
        for index in chosen.indices { result[index / each, Int(chosen[index])] += gradient.values[index] }
        return [result]
      })
  }

  static let expertMixture = OperationFamily("a mixture of experts") { draw in
    mixtureCase(&draw, hasBias: false)
  }
  static let expertMixtureWithBias = OperationFamily("a mixture of experts with bias") { draw in
    mixtureCase(&draw, hasBias: true)
  }

  /// y[t] = Σ_j weights[t, j] · (W_e x_t + b_e), e the j-th expert that token t has chosen.
  private static func mixtureCase(_ draw: inout Draw, hasBias: Bool) -> OperationCase {
    let (tokens, inputs, outputs) = (draw.rows(), draw.columns(), draw.columns())
    let experts = draw.element(of: [1, 2, 5, 9])
    let each = 1 + draw.number(below: min(experts, 3))
    let choices = draw.normal([tokens, experts]).topColumns(each)
    let weights = (0..<experts).map { _ in draw.normal([outputs, inputs]) }
    let biases = hasBias ? (0..<experts).map { _ in draw.normal([outputs]) } : []
    let layout = MixtureReference(choices: choices, each: each, experts: experts)
    return OperationCase(
      inputs: [draw.normal([tokens, inputs]), draw.normal([tokens, each])] + weights + biases,
      batch: .rows(tokens, rowInputs: 2),
      operation: { inputs, rows in
        let own = Array(choices[rows.lowerBound * each..<rows.upperBound * each])
        let groups = ExpertGroups(own, each: each, experts: experts)
        let factors = (0..<experts).map { expert in
          (weight: inputs[2 + expert], bias: hasBias ? inputs[2 + experts + expert] : nil)
        }
        return inputs[0].grouped(by: groups).linear(by: groups, factors)
          .combined(by: groups, weights: inputs[1])
      },
      reference: { layout.output($0) }, gradient: { layout.gradients($0, $1) })
  }
}

/// A mixture of linear experts written as its definition, one choice of one token at a time.
private struct MixtureReference: Sendable {
  let choices: [Int32]
  let each: Int
  let experts: Int

  private func result(of expert: Int, _ token: Int, _ inputs: [Reference]) -> [Double] {
    let weight = inputs[2 + expert]
    let bias = inputs.count > 2 + experts ? inputs[2 + experts + expert].values : nil
    return (0..<weight.rows).map { dot(weight.row($0), inputs[0].row(token)) + (bias?[$0] ?? 0) }
  }

  func output(_ inputs: [Reference]) -> Reference {
    var y = Reference.zeros([inputs[0].rows, inputs[2].rows])
    for (index, expert) in choices.enumerated() {
      let token = index / each
      for (o, value) in result(of: Int(expert), token, inputs).enumerated() {
        y[token, o] += inputs[1].values[index] * value
      }
    }
    return y
  }

  func gradients(_ inputs: [Reference], _ gradient: Reference) -> [Reference] {
    var sums = inputs.map { Reference.zeros($0.shape) }
    for (index, choice) in choices.enumerated() {
      let (token, expert, share) = (index / each, Int(choice), inputs[1].values[index])
      let dy = gradient.row(token)
      sums[1].values[index] = dot(dy, result(of: expert, token, inputs))
      for o in 0..<dy.count {
        for i in 0..<inputs[0].columns {
          sums[0][token, i] += share * dy[o] * inputs[2 + expert][o, i]
          sums[2 + expert][o, i] += share * dy[o] * inputs[0][token, i]
        }
        if inputs.count > 2 + experts { sums[2 + experts + expert].values[o] += share * dy[o] }
      }
    }
    return sums
  }
}
