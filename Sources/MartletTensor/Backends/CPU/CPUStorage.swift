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

  /// Whether the scalars may be changed in place: no other tensor shares them, and they are not those of a file.
  mutating func isUnique() -> Bool {
    unsafeDowncast(storage, to: CPUStorage.self).isWritable && isKnownUniquelyReferenced(&storage)
  }

  /// Where the scalars are, for changing them: first copies them when another tensor shares them, or when they are
  /// those of a file.
  mutating func uniquePointer() -> UnsafeMutablePointer<Float> {
    if !isUnique() {
      let copy = Tensor.uninitialized(shape)
      copy.pointer.update(from: pointer, count: count)
      storage = copy.storage
    }
    return pointer
  }
}

/// Holds a value until this point, so that the memory a kernel reads is not given back too early.
@inline(__always)
func keep<A>(_ a: borrowing A) { extendLifetime(a) }

// Several values, each as it is: a parameter pack would copy them.
@inline(__always)
func keep<A, B>(_ a: borrowing A, _ b: borrowing B) {
  extendLifetime(a)
  extendLifetime(b)
}
@inline(__always)
func keep<A, B, C>(_ a: borrowing A, _ b: borrowing B, _ c: borrowing C) {
  keep(a, b)
  extendLifetime(c)
}
@inline(__always)
func keep<A, B, C, D>(_ a: borrowing A, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D) {
  keep(a, b)
  keep(c, d)
}
@inline(__always)
func keep<A, B, C, D, E>(
  _ a: borrowing A, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D, _ e: borrowing E
) {
  keep(a, b, c)
  keep(d, e)
}
@inline(__always)
func keep<A, B, C, D, E, F>(
  _ a: borrowing A, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D, _ e: borrowing E, _ f: borrowing F
) {
  keep(a, b, c)
  keep(d, e, f)
}
