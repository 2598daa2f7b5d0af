/// Memory of the host, from the pool and back to it.
final class CPUStorage: Storage, @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Float>
  private let size: Int

  override var backend: any Backend { CPUBackend.shared }

  /// Room for `count` scalars, not initialised.
  init(count: Int) {
    let block = MemoryPool.shared.take(count * MemoryLayout<Float>.stride)
    pointer = block.pointer.bindMemory(to: Float.self, capacity: max(count, 1))
    size = block.size
  }

  deinit { MemoryPool.shared.give(pointer, size: size) }
}

extension Tensor {
  /// Where the scalars are; valid while the tensor is held (see ``keep(_:)``).
  var pointer: UnsafeMutablePointer<Float> { unsafeDowncast(storage, to: CPUStorage.self).pointer }

  /// A tensor whose scalars are not initialised, for a kernel to fill.
  static func uninitialized(_ shape: [Int]) -> Tensor {
    Tensor(shape: shape, storage: CPUStorage(count: shape.reduce(1, *)))
  }

  /// Where the scalars are, for changing them: first copies them when another tensor shares them.
  mutating func uniquePointer() -> UnsafeMutablePointer<Float> {
    if !isKnownUniquelyReferenced(&storage) {
      let copy = CPUStorage(count: count)
      copy.pointer.update(from: pointer, count: count)
      storage = copy
    }
    return pointer
  }
}

/// Holds values until this point, so that the memory a kernel reads is not given back too early.
@inline(__always)
func keep<each Value>(_ values: repeat each Value) {
  repeat withExtendedLifetime(each values) {}
}
