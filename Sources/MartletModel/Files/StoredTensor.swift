import MartletTensor
import MartletText

/// A tensor that is to be written: what the header says of it, and how it is made when its turn has come.
struct StoredTensor {
  let name: String
  let shape: [Int]
  let type: ElementType
  let make: () -> Tensor

  /// How many scalars are converted and written at a time.
  private static let part = 1 << 22

  var count: Int { shape.reduce(1, *) }
  var byteCount: Int { count * type.size }

  /// Writes the scalars, rounded to the type.
  ///
  /// - Parameter file: what to call the file in messages.
  /// - Throws: when the disk fails, or a finite number is too large for float16.
  func write(to output: AtomicFile, file: String) throws(MartletError) {
    let tensor = make()
    precondition(tensor.shape == shape, "StoredTensor: \(name) has shape \(tensor.shape), not \(shape)")
    for start in stride(from: 0, to: count, by: Self.part) {
      let range = start..<min(start + Self.part, count)
      let bytes = tensor.littleEndianBytes(of: range, as: type)
      if type == .float16, let place = Self.firstInfinity(in: bytes) {
        try check(tensor, from: range.lowerBound + place, file: file)
      }
      try output.write(bytes)
    }
  }

  /// Where the first infinity among float16 numbers is.
  private static func firstInfinity(in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { bytes in
      bytes.bindMemory(to: UInt16.self).firstIndex { UInt16(littleEndian: $0) & 0x7FFF == 0x7C00 }
    }
  }

  /// Fails when a number from a place on was finite and has become infinite.
  private func check(_ tensor: Tensor, from place: Int, file: String) throws(MartletError) {
    guard let lost = tensor.scalars[place...].first(where: { $0.isFinite && abs($0) >= 65520 }) else {
      return
    }
    throw MartletError(
      "cannot write \(file): the tensor \"\(name)\" holds the number \(lost), and float16 ends at 65504; use "
        + "bfloat16 or float32")
  }
}
