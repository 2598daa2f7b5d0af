import MartletModel
import MartletTensor

/// Adam with decoupled weight decay, on matrices alone.
///
/// - Source: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2, in the form of `torch.optim.AdamW`: the
///   decay is multiplied by the learning rate.
public struct AdamW: Sendable {
  /// The numbers that do not change from step to step.
  public struct Settings: Sendable, Equatable {
    /// The decay of the gradient's running mean.
    public var beta1: Double
    /// The decay of its square's.
    public var beta2: Double
    /// What is added to the root of the square's mean.
    public var epsilon: Double
    /// The weight decay of parameters of two or more dimensions.
    public var weightDecay: Double

    /// The settings of an optimiser.
    public init(beta1: Double = 0.9, beta2: Double = 0.99, epsilon: Double = 1e-8, weightDecay: Double = 0.1)
    {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
    }
  }

  /// The running means that belong to one parameter.
  struct Moments: Sendable {
    var mean: Tensor
    var variance: Tensor
  }

  /// The numbers that do not change.
  public let settings: Settings
  /// The number of steps taken.
  public internal(set) var step = 0
  var moments: [String: Moments] = [:]

  /// An optimiser that has taken no step.
  public init(_ settings: Settings = Settings()) { self.settings = settings }

  /// Moves each parameter that has a gradient by one step, and forgets the gradients.
  ///
  /// - Parameters:
  ///   - gradientScale: what gradients are multiplied by first, for clipping.
  ///   - rate: what a parameter's learning rate is multiplied by.
  public mutating func update(
    _ parameters: [Parameter], learningRate: Double, gradientScale: Float = 1,
    rate: (Parameter) -> Double = { _ in 1 }
  ) {
    step += 1
    for parameter in parameters {
      guard let gradient = parameter.gradient else { continue }
      let shape = parameter.value.shape
      let numbers = AdamWStep(
        learningRate: learningRate * rate(parameter), beta1: settings.beta1, beta2: settings.beta2,
        epsilon: settings.epsilon,
        decay: shape.count >= 2 ? settings.weightDecay : 0, step: step, gradientScale: gradientScale)
      var own =
        moments.removeValue(forKey: parameter.name)
        ?? Moments(mean: .zeros(shape), variance: .zeros(shape))
      parameter.update(numbers, gradient: gradient, mean: &own.mean, variance: &own.variance)
      moments[parameter.name] = own
      parameter.clearGradient()
    }
  }
}
