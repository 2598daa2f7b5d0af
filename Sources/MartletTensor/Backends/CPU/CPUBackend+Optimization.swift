import MartletKernels

extension CPUBackend {
  func sumOfSquares(_ x: Tensor) -> Double {
    defer { keep(x) }
    let partials = Tensor.uninitialized([(x.count + 4095) / 4096])
    mk_sum_of_squares(x.count, x.pointer, partials.pointer)
    return partials.scalars.reduce(0.0) { $0 + Double($1) }
  }

  func adamW(
    _ step: AdamWStep, gradient: Tensor, value: inout Tensor, mean: inout Tensor, variance: inout Tensor
  ) {
    defer { keep(gradient, value, mean, variance) }
    mk_adamw(
      gradient.count, step.learningRate, step.beta1, step.rests.0, step.beta2, step.rests.1, step.epsilon,
      step.decay, step.corrections.0, step.corrections.1, step.gradientScale, gradient.pointer,
      value.uniquePointer(), mean.uniquePointer(), variance.uniquePointer())
  }
}
