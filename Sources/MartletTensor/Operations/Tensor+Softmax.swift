extension Tensor {
  /// exp(x) / Σ exp(x) of each row: the probabilities whose logits the row holds.
  public func softmax() -> Tensor {
    let output = backend.softmax(self)
    return output.recorded(from: [self]) { gradient in
      [.value(gradient.backend.softmaxGradient(gradient, output: output))]
    }
  }

  /// The logarithm of ``softmax()``, in nats, without overflow.
  public func logSoftmax() -> Tensor {
    let output = backend.logSoftmax(self)
    return output.recorded(from: [self]) { gradient in
      [.value(gradient.backend.logSoftmaxGradient(gradient, output: output))]
    }
  }
}
