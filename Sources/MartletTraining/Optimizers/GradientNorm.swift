import MartletTensor

/// The length of the gradient of all parameters together.
public enum GradientNorm {
  /// √Σ g² over every parameter that has a gradient.
  public static func of(_ parameters: [Parameter]) -> Double {
    parameters.reduce(0.0) { $0 + ($1.gradient?.sumOfSquares() ?? 0) }.squareRoot()
  }

  /// What gradients of a norm are multiplied by so that it is at most `limit`; 0 for no limit.
  ///
  /// - Source: Pascanu et al. 2013, arXiv:1211.5063, algorithm 1, with the 1e-6 of
  ///   `torch.nn.utils.clip_grad_norm_`.
  public static func scale(norm: Double, limit: Double) -> Float {
    limit > 0 ? Float(min(1, limit / (norm + 1e-6))) : 1
  }
}
