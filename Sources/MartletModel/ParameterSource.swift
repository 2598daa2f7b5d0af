import MartletTensor

/// What a parameter holds before training.
public enum Initialization: Sendable {
  /// Zeros: biases.
  case zeros
  /// Ones: the weights of normalisation.
  case ones
  /// The normal distribution with mean 0.
  case normal(standardDeviation: Float)
  /// The uniform distribution over -limit ..< limit.
  case uniform(limit: Float)
  /// What other parameters give.
  case value(@Sendable () -> Tensor)
}

/// Where a layer's parameters come from: new random numbers, or a checkpoint.
///
/// A layer has one initialiser, which asks its source for each parameter by its path in the model. The same path
/// initialises and loads.
public protocol ParameterSource {
  /// The parameter at a path, of a shape.
  func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter
  /// The change of the product at a path; nil where the product is as its weight says.
  func adapter(_ path: String, of weight: Parameter) -> LowRankAdapter?
}

extension ParameterSource {
  /// No product is changed.
  public func adapter(_ path: String, of weight: Parameter) -> LowRankAdapter? { nil }
}

/// New parameters. A parameter's numbers are a function of the seed, its name and its shape.
public struct RandomParameters: ParameterSource {
  private let seed: UInt64
  private let elementType: ElementType

  /// The parameters that belong to a seed.
  ///
  /// - Parameter weights: how matrices are kept; a model that is to be trained needs float32.
  public init(seed: UInt64, weights: WeightFormat = .float32) {
    self.seed = seed
    elementType = weights == .bfloat16 ? .bfloat16 : .float32
  }

  private func stream(of name: String) -> RandomStream {
    RandomStream(seed: seed, name: "initial value of " + name)
  }

  /// A new parameter.
  public func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
    switch initially {
    case .zeros: Parameter(name, .zeros(shape))
    case .ones: Parameter(name, .filled(with: 1, shape: shape))
    case .normal(let standardDeviation):
      Parameter(
        name,
        .normal(
          shape, standardDeviation: standardDeviation,
          from: stream(of: name), elementType: shape.count == 2 ? elementType : .float32))
    case .uniform(let limit): Parameter(name, (.uniform(shape, from: stream(of: name)) * 2 - 1) * limit)
    case .value(let make): Parameter(name, make())
    }
  }
}

/// The shapes of parameters that hold no number yet.
///
/// A loader compares them with a file before it fills the parameters, so that sizes no file has take no memory.
final class ParameterShapes: ParameterSource {
  /// By the path in the model.
  private(set) var shapes: [String: [Int]] = [:]

  func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
    shapes[name] = shape
    return Parameter(name, .zeros([0]))
  }
}
