/// How a number is kept in a file.
public enum ElementType: Sendable {
  /// IEEE 754 binary32.
  case float32
  /// The upper half of a binary32.
  case bfloat16
  /// IEEE 754 binary16.
  case float16

  /// The bytes of one number.
  public var size: Int { self == .float32 ? 4 : 2 }
}

extension Tensor {
  /// A tensor from the bytes of its scalars, little end first; narrower numbers are widened exactly.
  public init(littleEndianBytes bytes: some Collection<UInt8>, elementType: ElementType, shape: [Int]) {
    precondition(
      bytes.count == shape.reduce(1, *) * elementType.size,
      "Tensor: \(bytes.count) bytes do not fill shape \(shape)")
    self = CPUBackend.shared.tensor(bytes: Array(bytes), elementType, shape: shape)
  }

  /// The bytes of every scalar as float32, little end first.
  public var littleEndianBytes: [UInt8] { backend.bytes(of: self) }

  /// The transpose of a `[rows, columns]` tensor: `[columns, rows]`.
  public func transposed() -> Tensor {
    precondition(shape.count == 2, "transposed: shape \(shape) is not [rows, columns]")
    return backend.transposed(self).recorded(from: [self]) { gradient in [.value(gradient.transposed())] }
  }
}
