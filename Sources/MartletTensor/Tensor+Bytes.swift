/// How a number is kept, in a file or in memory.
public enum ElementType: String, Sendable, CaseIterable {
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

  /// A tensor from blocks of 32 four-bit numbers (E2M1) that share a power of two (E8M0), widened exactly.
  ///
  /// - Parameters:
  ///   - halves: two numbers a byte, the first in its low half.
  ///   - scales: one exponent a block, counted from 127; 255 gives what is not a number.
  /// - Source: Open Compute Project 2023, "OCP Microscaling Formats (MX) Specification" 1.0, section 5.
  public init(mxfp4 halves: [UInt8], scales: [UInt8], shape: [Int]) {
    precondition(
      halves.count == 16 * scales.count && 32 * scales.count == shape.reduce(1, *),
      "Tensor: \(halves.count) bytes in \(scales.count) blocks do not fill shape \(shape)")
    self = CPUBackend.shared.tensor(mxfp4: halves, scales: scales, shape: shape)
  }

  /// A tensor of numbers that a file holds, little end first.
  ///
  /// float32 and bfloat16 numbers stay what they are, and stay in the file where they are aligned: they are read
  /// from it when they are first needed. float16 numbers are widened to float32.
  package init(_ file: MappedFile, at bytes: Range<Int>, elementType: ElementType, shape: [Int]) {
    precondition(
      bytes.count == shape.reduce(1, *) * elementType.size && bytes.lowerBound >= 0
        && bytes.upperBound <= file.count,
      "Tensor: bytes \(bytes) of a file of \(file.count) do not fill shape \(shape)")
    self = CPUBackend.shared.tensor(of: file, at: bytes, elementType, shape: shape)
  }

  /// The same numbers kept another way: widened exactly, or rounded to the nearest bfloat16, to even of two as near.
  ///
  /// No gradient flows through it.
  ///
  /// - Parameter elementType: float32 or bfloat16.
  public func converted(to elementType: ElementType) -> Tensor {
    precondition(elementType != .float16, "converted: tensors are kept as float32 or bfloat16, not float16")
    return self.elementType == elementType ? detached : backend.converted(self, to: elementType)
  }

  /// The bytes of every scalar as float32, little end first.
  public var littleEndianBytes: [UInt8] { littleEndianBytes(of: 0..<count, as: .float32) }

  /// The bytes of some of the scalars, little end first, rounded to the nearest number of the type, to even of two as
  /// near.
  ///
  /// - Parameter range: scalars counted row by row.
  package func littleEndianBytes(of range: Range<Int>, as elementType: ElementType) -> [UInt8] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count,
      "littleEndianBytes: \(range) is not within the \(count) scalars of a tensor")
    return backend.bytes(of: self, range, as: elementType)
  }

  /// The transpose of a `[rows, columns]` tensor: `[columns, rows]`.
  public func transposed() -> Tensor {
    precondition(shape.count == 2, "transposed: shape \(shape) is not [rows, columns]")
    return backend.transposed(self).recorded(from: [self]) { gradient in [.value(gradient.transposed())] }
  }
}
