/// Memory of the host: from the pool and back to it, or a part of a mapped file.
final class CPUStorage: Storage, @unchecked Sendable {
  /// Where the numbers are.
  let address: UnsafeMutableRawPointer
  private let owner: Owner

  private enum Owner {
    /// The pool, which gets the block of this size back.
    case pool(size: Int)
    /// The file, which stays mapped as long as this storage is there. Its bytes are only read.
    case file(MappedFile)
  }

  override var backend: any Backend { CPUBackend.shared }

  /// Room for `count` numbers, not initialised.
  init(count: Int, _ elementType: ElementType = .float32) {
    let block = MemoryPool.shared.take(count * elementType.size)
    address = block.pointer
    owner = .pool(size: block.size)
    super.init(elementType)
  }

  /// The numbers that a file holds from a byte on, where they lie.
  init(_ file: MappedFile, from offset: Int, _ elementType: ElementType) {
    address = UnsafeMutableRawPointer(mutating: file.address + offset)
    owner = .file(file)
    super.init(elementType)
  }

  deinit {
    if case .pool(let size) = owner { MemoryPool.shared.give(address, size: size) }
  }

  /// Whether the memory may be changed.
  var isWritable: Bool {
    if case .pool = owner { return true }
    return false
  }
}

extension Tensor {
  /// Where the scalars of a float32 tensor are; valid while the tensor is held (see ``keep(_:)``).
  var pointer: UnsafeMutablePointer<Float> {
    precondition(
      elementType == .float32,
      "a tensor of shape \(shape) is kept as \(elementType), which only products and lookups of rows read; "
        + "use converted(to: .float32) first")
    return unsafeDowncast(storage, to: CPUStorage.self).address.assumingMemoryBound(to: Float.self)
  }

  /// Where the numbers of a bfloat16 tensor are.
  var bfloat16Pointer: UnsafeMutablePointer<UInt16> {
    precondition(elementType == .bfloat16, "a tensor of shape \(shape) is kept as \(elementType)")
    return unsafeDowncast(storage, to: CPUStorage.self).address.assumingMemoryBound(to: UInt16.self)
  }

  /// A tensor whose numbers are not initialised, for a kernel to fill.
  static func uninitialized(_ shape: [Int], _ elementType: ElementType = .float32) -> Tensor {
    Tensor(shape: shape, storage: CPUStorage(count: shape.reduce(1, *), elementType))
  }

  /// Where the scalars are, for changing them: first copies them when another tensor shares them, or when they are
  /// those of a file.
  mutating func uniquePointer() -> UnsafeMutablePointer<Float> {
    let isWritable = unsafeDowncast(storage, to: CPUStorage.self).isWritable
    if !isWritable || !isKnownUniquelyReferenced(&storage) {
      let copy = Tensor.uninitialized(shape)
      copy.pointer.update(from: pointer, count: count)
      storage = copy.storage
    }
    return pointer
  }
}

/// Holds values until this point, so that the memory a kernel reads is not given back too early.
@inline(__always)
func keep<each Value>(_ values: repeat each Value) {
  repeat withExtendedLifetime(each values) {}
}
