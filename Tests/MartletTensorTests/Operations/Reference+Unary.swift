import Foundation
import MartletTensor

extension OperationFamily {
  static let unary: [OperationFamily] = UnaryOperation.allCases.map { operation in
    OperationFamily("\(operation)") { draw in
      let shape = [draw.rows(), draw.columns()]
      let x: Tensor =
        switch operation {
        case .squareRoot, .reciprocal, .log: draw.uniform(shape, in: 0.3...4)
        case .absolute, .relu: draw.spaced(shape, offset: 0.5)
        default: draw.normal(shape) * 2
        }
      return OperationCase(
        inputs: [x],
        batch: .rows(shape[0]),
        operation: { inputs, _ in inputs[0].mapped(operation) },
        reference: { inputs in inputs[0].map(operation.value) },
        gradient: { inputs, gradient in
          [gradient.zipped(inputs[0]) { $0 * operation.derivative($1) }]
        })
    }
  }

  static let gating: [OperationFamily] = [UnaryOperation.silu, .gelu, .geluTanh, .sigmoid, .relu].map {
    activation in
    OperationFamily("gating by \(activation)") { draw in
      let shape = [draw.rows(), draw.columns()]
      return OperationCase(
        inputs: [draw.spaced(shape, offset: 0.3), draw.normal(shape)],
        batch: .rows(shape[0], rowInputs: 2),
        operation: { inputs, _ in inputs[0].gating(inputs[1], by: activation) },
        reference: { inputs in inputs[0].map(activation.value).zipped(inputs[1], *) },
        gradient: { inputs, gradient in
          [
            gradient.zipped(inputs[1], *).zipped(inputs[0].map(activation.derivative), *),
            gradient.zipped(inputs[0].map(activation.value), *),
          ]
        })
    }
  }
}

extension UnaryOperation {
  /// The function in Double.
  func value(_ x: Double) -> Double {
    switch self {
    case .negate: -x
    case .absolute: abs(x)
    case .square: x * x
    case .squareRoot: x.squareRoot()
    case .reciprocal: 1 / x
    case .exp: Foundation.exp(x)
    case .log: Foundation.log(x)
    case .sin: Foundation.sin(x)
    case .cos: Foundation.cos(x)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: 1 / (1 + Foundation.exp(-x))
    case .logSigmoid: min(x, 0) - log1p(Foundation.exp(-abs(x)))
    case .relu: max(x, 0)
    case .silu: x / (1 + Foundation.exp(-x))
    case .gelu: x * Self.normalDistribution(x)
    // (1 + tanh a) / 2 = sigmoid(2a), which does not cancel in the lower tail.
    case .geluTanh: x * Self.sigmoid.value(2 * Self.geluAngle(x))
    }
  }

  /// Its derivative in Double.
  func derivative(_ x: Double) -> Double {
    switch self {
    case .negate: return -1
    case .absolute: return x > 0 ? 1 : x < 0 ? -1 : 0
    case .square: return 2 * x
    case .squareRoot: return 0.5 / x.squareRoot()
    case .reciprocal: return -1 / (x * x)
    case .exp: return Foundation.exp(x)
    case .log: return 1 / x
    case .sin: return Foundation.cos(x)
    case .cos: return -Foundation.sin(x)
    case .tanh: return 1 - Foundation.tanh(x) * Foundation.tanh(x)
    case .sigmoid:
      let s = Self.sigmoid.value(x)
      return s * Self.sigmoid.value(-x)
    case .logSigmoid: return Self.sigmoid.value(-x)
    case .relu: return x > 0 ? 1 : 0
    case .silu:
      let s = Self.sigmoid.value(x)
      return s + x * s * (1 - s)
    case .gelu:
      return Self.normalDistribution(x) + x * Foundation.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    case .geluTanh:
      let angle = 2 * Self.geluAngle(x)
      let slope = 2 * (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * x * x)
      return Self.sigmoid.value(angle) + x * Self.sigmoid.derivative(angle) * slope
    }
  }

  /// Φ, without cancellation in the lower tail.
  private static func normalDistribution(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  private static func geluAngle(_ x: Double) -> Double {
    (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
  }
}
