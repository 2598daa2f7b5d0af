/// How fast this machine multiplies two matrices with the kernels that models train with.
public struct ProductMeasurement: Sendable {
  /// How the factors lie in memory: what a product is for decides it.
  public enum Orientation: String, Sendable, CaseIterable {
    /// x · Wᵀ, as in a layer's output.
    case output = "NT"
    /// dy · W, as in the gradient of a layer's input.
    case inputGradient = "NN"
    /// dyᵀ · x, added to what is there, as in the gradient of a layer's weight.
    case weightGradient = "TN"
  }

  /// The sizes of a product: `[rows, inner]` times `[inner, columns]`.
  public struct Shape: Sendable {
    /// The rows of the result.
    public let rows: Int
    /// The columns of the result.
    public let columns: Int
    /// The length of each sum.
    public let inner: Int

    /// A layer of GPT-2's smallest model on 1024 tokens.
    public static let layer = Shape(rows: 1024, columns: 3072, inner: 768)
    /// A square one that no cache holds.
    public static let square = Shape(rows: 2048, columns: 2048, inner: 2048)
  }

  /// The sizes.
  public let shape: Shape
  /// How the factors lie.
  public let orientation: Orientation
  /// How the factors are read.
  public let precision: ProductPrecision
  /// The median of the calls that were timed, a multiplication and an addition being two operations.
  public let operationsPerSecond: Double

  /// Times a product on the threads and instruction set in use.
  ///
  /// - Parameter budget: the seconds it may take, about; one product is always counted.
  public init(_ shape: Shape, _ orientation: Orientation, _ precision: ProductPrecision, budget: Double) {
    let backend: any Backend = CPUBackend.shared
    let (rows, columns, inner) = (shape.rows, shape.columns, shape.inner)
    let a = backend.filled(0.5, shape: orientation == .weightGradient ? [inner, rows] : [rows, inner])
    let b = backend.filled(0.5, shape: orientation == .output ? [columns, inner] : [inner, columns])
    var sum = orientation == .weightGradient ? backend.filled(0, shape: [rows, columns]) : nil
    let seconds = Stopwatch.medianSeconds(budget: budget) {
      switch orientation {
      case .output: _ = backend.linear(a, b, nil, precision)
      case .inputGradient: _ = backend.linearInputGradient(a, b, precision)
      case .weightGradient: backend.accumulateLinearWeightGradient(a, b, into: &sum, precision)
      }
    }
    self.shape = shape
    self.orientation = orientation
    self.precision = precision
    operationsPerSecond = 2 * Double(rows) * Double(columns) * Double(inner) / seconds
  }

  /// The rate of products on this machine, as the best orientation of a layer's product reaches it, in
  /// operations a second: what a model's own rate can be held against.
  ///
  /// - Parameter budget: the seconds it may take, about.
  public static func rate(_ precision: ProductPrecision, budget: Double = 0.3) -> Double {
    let orientations = Orientation.allCases
    return orientations.map {
      Self(.layer, $0, precision, budget: budget / Double(orientations.count)).operationsPerSecond
    }.max()!
  }
}
