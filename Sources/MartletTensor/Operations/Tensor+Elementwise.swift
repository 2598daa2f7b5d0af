/// A function of one number, applied to each element.
public enum UnaryOperation: UInt32, Sendable, CaseIterable {
  /// -x.
  case negate
  /// |x|.
  case absolute
  /// x².
  case square
  /// √x.
  case squareRoot
  /// 1 / x.
  case reciprocal
  /// e^x.
  case exp
  /// The natural logarithm of x.
  case log
  /// The sine of x radians.
  case sin
  /// The cosine of x radians.
  case cos
  /// The hyperbolic tangent of x.
  case tanh
  /// 1 / (1 + e^-x).
  case sigmoid
  /// log(1 / (1 + e^-x)), without overflow.
  case logSigmoid
  /// max(x, 0).
  case relu
  /// x · sigmoid(x) (Elfwing et al. 2017, arXiv:1702.03118).
  case silu
  /// x · Φ(x), Φ the normal distribution (Hendrycks and Gimpel 2016, arXiv:1606.08415).
  case gelu
  /// The tanh form of ``gelu``, as in GPT-2: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))).
  case geluTanh
}

extension Tensor {
  /// Each element through a function of one number.
  public func mapped(_ operation: UnaryOperation) -> Tensor {
    backend.unary(operation, self).recorded(from: [self]) { [x = detached] gradient in
      [.value(x.backend.unaryGradient(operation, x, gradient))]
    }
    .recomputed { [x = detached] in x.backend.unary(operation, x) }
  }

  /// The negative of each element.
  public static prefix func - (x: Tensor) -> Tensor { x.mapped(.negate) }
  /// The absolute value of each element; its gradient at 0 is 0.
  public func absolute() -> Tensor { mapped(.absolute) }
  /// The square of each element.
  public func squared() -> Tensor { mapped(.square) }
  /// The square root of each element.
  public func squareRoot() -> Tensor { mapped(.squareRoot) }
  /// e to the power of each element.
  public func exp() -> Tensor { mapped(.exp) }
  /// The natural logarithm of each element.
  public func log() -> Tensor { mapped(.log) }
  /// The hyperbolic tangent of each element.
  public func tanh() -> Tensor { mapped(.tanh) }
  /// cap · tanh(x / cap) of each element: x where it is small, and never beyond ±cap.
  public func softCapped(at cap: Float) -> Tensor { (self / cap).tanh() * cap }
  /// 1 / (1 + e^-x) of each element.
  public func sigmoid() -> Tensor { mapped(.sigmoid) }
  /// log(1 / (1 + e^-x)) of each element, without overflow.
  public func logSigmoid() -> Tensor { mapped(.logSigmoid) }
  /// max(x, 0) of each element.
  public func relu() -> Tensor { mapped(.relu) }

  /// `activation(self) · up`, element by element: the gate of SwiGLU and GeGLU feed-forward layers.
  ///
  /// - Source: Shazeer 2020, arXiv:2002.05202, equation 6.
  public func gating(_ up: Tensor, by activation: UnaryOperation) -> Tensor {
    precondition(shape == up.shape, "gating: a gate of shape \(shape) for values of shape \(up.shape)")
    return backend.gated(activation, gate: self, up: up).recorded(from: [self, up]) {
      [gate = detached, up = up.detached] gradient in
      let gradients = gate.backend.gatedGradient(activation, gate: gate, up: up, gradient)
      return [.value(gradients.gate), .value(gradients.up)]
    }
    .recomputed { [gate = detached, up = up.detached] in gate.backend.gated(activation, gate: gate, up: up) }
  }

  /// Zeroes elements with a probability and scales the rest by 1 / (1 - probability).
  ///
  /// - Parameters:
  ///   - firstIndex: the number of the first element in the whole step's batch: whether element `i` stays is a
  ///     function of the stream and `firstIndex + i` alone.
  /// - Source: Srivastava et al. 2014, in the inverted form.
  public func droppedOut(probability: Float, firstIndex: Int, from stream: RandomStream) -> Tensor {
    precondition(
      probability >= 0 && probability < 1, "droppedOut: probability \(probability) is not in 0 ..< 1")
    if probability == 0 { return self }
    let index = UInt64(firstIndex)
    return backend.dropout(self, probability: probability, firstIndex: index, stream).recorded(from: [self]) {
      gradient in
      [.value(gradient.backend.dropout(gradient, probability: probability, firstIndex: index, stream))]
    }
  }
}
