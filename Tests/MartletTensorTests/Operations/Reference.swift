import MartletTensor

/// A plain array of Doubles with a shape: what the reference versions of operations compute on.
///
/// Written to be read, not to be fast. `rows` and `columns` mean what they mean for a `Tensor`.
struct Reference: Sendable, Equatable {
  var shape: [Int]
  var values: [Double]

  init(_ shape: [Int], _ values: [Double]) {
    precondition(shape.reduce(1, *) == values.count, "\(values.count) values do not fill \(shape)")
    (self.shape, self.values) = (shape, values)
  }

  static func zeros(_ shape: [Int]) -> Reference {
    Reference(shape, [Double](repeating: 0, count: shape.reduce(1, *)))
  }

  /// The scalars of a tensor, widened exactly.
  init(_ tensor: Tensor) { self.init(tensor.shape, tensor.scalars.map(Double.init)) }

  var columns: Int { shape.last ?? 1 }
  var rows: Int { shape.dropLast().reduce(1, *) }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// The values of one row.
  func row(_ row: Int) -> [Double] { Array(values[row * columns..<(row + 1) * columns]) }

  func map(_ function: (Double) -> Double) -> Reference { Reference(shape, values.map(function)) }

  /// A function of the elements of two arrays of one shape.
  func zipped(_ other: Reference, _ function: (Double, Double) -> Double) -> Reference {
    Reference(shape, zip(values, other.values).map(function))
  }

  /// Each row through a function that keeps its length.
  func mapRows(_ function: (_ row: Int, [Double]) -> [Double]) -> Reference {
    Reference(shape, (0..<rows).flatMap { function($0, row($0)) })
  }

  /// The root of the sum of squares.
  var norm: Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}

/// Σ a·b.
func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
