import Foundation
import MartletTensor

/// Numbers that are equal when every bit is: NaN is itself, and 0 is not -0.
struct Bits: Equatable {
  private let scalars: [Float]

  init(_ scalars: [Float]) { self.scalars = scalars }

  /// The scalars of tensors, laid end to end.
  init(_ tensors: [Tensor]) { scalars = tensors.flatMap(\.scalars) }

  static func == (a: Bits, b: Bits) -> Bool {
    a.scalars.count == b.scalars.count
      && (a.scalars.isEmpty || memcmp(a.scalars, b.scalars, 4 * a.scalars.count) == 0)
  }
}

extension Bits: CustomStringConvertible {
  var description: String { "\(scalars.count) numbers: \(scalars.prefix(4))" }
}
