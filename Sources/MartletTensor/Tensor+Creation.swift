extension Tensor {
  /// A tensor that holds `scalars`, row by row.
  public init(_ scalars: [Float], shape: [Int]) {
    precondition(
      shape.reduce(1, *) == scalars.count, "Tensor: \(scalars.count) scalars do not fill shape \(shape)")
    self = CPUBackend.shared.tensor(scalars, shape: shape)
  }

  /// A tensor of one dimension.
  public init(_ scalars: [Float]) { self.init(scalars, shape: [scalars.count]) }

  /// A single number, of shape `[]`.
  public init(_ scalar: Float) { self.init([scalar], shape: []) }

  /// A tensor of zeros.
  public static func zeros(_ shape: [Int]) -> Tensor { filled(with: 0, shape: shape) }

  /// A tensor that holds `value` everywhere.
  public static func filled(with value: Float, shape: [Int]) -> Tensor {
    CPUBackend.shared.filled(value, shape: shape)
  }

  /// Numbers from the normal distribution with mean 0.
  ///
  /// - Parameter stream: element `i` is a function of the stream's seed and number and of `i` alone.
  public static func normal(_ shape: [Int], standardDeviation: Float, from stream: RandomStream) -> Tensor {
    normal(shape, standardDeviation: standardDeviation, from: stream, elementType: .float32)
  }

  /// The same, kept as float32 or rounded to bfloat16.
  package static func normal(
    _ shape: [Int], standardDeviation: Float, from stream: RandomStream, elementType: ElementType
  ) -> Tensor {
    CPUBackend.shared.normal(shape, standardDeviation: standardDeviation, stream, elementType)
  }

  /// Numbers from the uniform distribution over 0 ..< 1.
  public static func uniform(_ shape: [Int], from stream: RandomStream) -> Tensor {
    CPUBackend.shared.uniform(shape, stream)
  }
}
