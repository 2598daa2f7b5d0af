/// The numbers of one step of Adam with decoupled weight decay.
package struct AdamWStep: Sendable {
  var learningRate: Float
  var beta1: Float
  var beta2: Float
  /// 1 - β1 and 1 - β2, rounded once.
  var rests: (Float, Float)
  var epsilon: Float
  var decay: Float
  /// 1 - β1^t and 1 - β2^t.
  var corrections: (Float, Float)
  /// What gradients are multiplied by before they are used.
  var gradientScale: Float

  package init(
    learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double, step: Int,
    gradientScale: Float
  ) {
    self.learningRate = Float(learningRate)
    self.beta1 = Float(beta1)
    self.beta2 = Float(beta2)
    self.rests = (Float(1 - beta1), Float(1 - beta2))
    self.epsilon = Float(epsilon)
    self.decay = Float(decay)
    self.corrections = (
      Float(1 - ExactMath.power(of: beta1, step)), Float(1 - ExactMath.power(of: beta2, step))
    )
    self.gradientScale = gradientScale
  }
}

extension Tensor {
  /// Σ x² over every element.
  public func sumOfSquares() -> Double { backend.sumOfSquares(self) }
}

extension Parameter {
  /// Moves the value by one step against the gradient.
  package func update(_ step: AdamWStep, gradient: Tensor, mean: inout Tensor, variance: inout Tensor) {
    value.backend.adamW(step, gradient: gradient, value: &value, mean: &mean, variance: &variance)
  }
}
