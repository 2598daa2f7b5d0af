/// What this machine can do at most, on a number of threads: the limits that models are measured against.
public struct MachineMeasurement: Sendable {
  /// The number of threads that worked.
  public let threads: Int
  /// Each product that was timed: two sizes, three orientations, two precisions.
  public let products: [ProductMeasurement]
  /// Bytes read a second from a buffer that no cache holds.
  public let readBytesPerSecond: Double
  /// Bytes copied a second between such buffers, what is read and what is written both counted, as the STREAM
  /// benchmark counts them (McCalpin 1995).
  public let copyBytesPerSecond: Double

  /// Measures the machine with the instruction set in use; takes 768 MiB of memory for as long.
  ///
  /// - Parameters:
  ///   - threads: how many threads work.
  ///   - budget: the seconds that each of the figures may take, about; each is taken once at least.
  public init(threads: Int, budget: Double = 0.3) {
    self.threads = threads
    (products, readBytesPerSecond, copyBytesPerSecond) = CPUExecution.with(threads: threads) {
      var products: [ProductMeasurement] = []
      for precision in ProductPrecision.allCases {
        for shape in [ProductMeasurement.Shape.layer, .square] {
          for orientation in ProductMeasurement.Orientation.allCases {
            products.append(ProductMeasurement(shape, orientation, precision, budget: budget))
          }
        }
      }
      let (read, copy) = Self.bandwidth(budget: budget)
      return (products, read, copy)
    }
  }

  /// The highest rate of the products at a precision, in operations a second.
  public func productRate(_ precision: ProductPrecision) -> Double {
    products.filter { $0.precision == precision }.map(\.operationsPerSecond).max() ?? 0
  }

  /// Half a gibibyte is read, and a half of that copied: many times the largest cache of a usual machine.
  private static func bandwidth(budget: Double) -> (read: Double, copy: Double) {
    let backend: any Backend = CPUBackend.shared
    let buffer = backend.filled(1, shape: [1 << 15, 1 << 12])
    let bytes = Double(buffer.count * MemoryLayout<Float>.size)
    let read = Stopwatch.medianSeconds(budget: budget) { _ = backend.sumOfSquares(buffer) }
    let half = (0..<Int32(buffer.rows / 2)).map { $0 }
    // The result's memory goes back to the pool and is taken from it again: its pages are there after one call.
    let copy = Stopwatch.medianSeconds(budget: budget) { _ = backend.rows(of: buffer, at: half) }
    return (bytes / read, bytes / copy)
  }
}
