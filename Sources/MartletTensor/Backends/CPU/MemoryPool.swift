import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Memory that tensors take and give back, so that a steady training step asks the system for none.
///
/// Blocks are rounded up to an eighth of their power of two. A block given back serves the next request of its size
/// or down to half of it, so that batches of uneven lengths share their memory.
package final class MemoryPool: Sendable {
  /// What the pool holds, in bytes.
  package struct Statistics: Sendable, Equatable {
    /// Taken from the system.
    package var reserved = 0
    /// In tensors now.
    package var used = 0
    /// The most that has been in tensors at once.
    package var peak = 0
  }

  private struct State: ~Copyable {
    /// The address of the last block of each size that was given back, 0 where there is none; see ``place(of:)``. A
    /// free block begins with the address of the one given back before it.
    var free = [UInt](repeating: 0, count: 8 * Int.bitWidth)
    var statistics = Statistics()

    /// The smallest free block of the size up to twice the size.
    mutating func reuse(_ needed: Int) -> (pointer: UnsafeMutableRawPointer, size: Int)? {
      var size = needed
      while size <= 2 * needed {
        if let pointer = removeFree(at: MemoryPool.place(of: size)) {
          use(size)
          return (pointer, size)
        }
        size = MemoryPool.rounded(size + 1)
      }
      return nil
    }

    mutating func addFree(_ pointer: UnsafeMutableRawPointer, size: Int) {
      let place = MemoryPool.place(of: size)
      pointer.storeBytes(of: free[place], as: UInt.self)
      free[place] = UInt(bitPattern: pointer)
    }

    mutating func removeFree(at place: Int) -> UnsafeMutableRawPointer? {
      guard let pointer = UnsafeMutableRawPointer(bitPattern: free[place]) else { return nil }
      free[place] = pointer.load(as: UInt.self)
      return pointer
    }

    mutating func use(_ size: Int) {
      statistics.used += size
      statistics.peak = max(statistics.peak, statistics.used)
    }
  }

  package static let shared = MemoryPool()
  private let state = Mutex(State())

  /// What the pool holds now.
  package var statistics: Statistics { state.withLock { $0.statistics } }

  /// A block of at least `bytes` bytes, 64-byte aligned, and its true size.
  func take(_ bytes: Int) -> (pointer: UnsafeMutableRawPointer, size: Int) {
    let needed = Self.rounded(bytes)
    let reused = state.withLock { state in state.reuse(needed) }
    if let reused { return reused }
    guard let fresh = Self.allocate(needed) ?? allocateAfterTrimming(needed) else {
      Self.exitWithoutMemory(needed)
    }
    state.withLock { state in
      state.statistics.reserved += needed
      state.use(needed)
    }
    return (fresh, needed)
  }

  /// Ends the process with one sentence: without memory nothing can be computed, and no caller could go on. What is
  /// on disk is whole, as at any other end.
  private static func exitWithoutMemory(_ bytes: Int) -> Never {
    let sentence =
      "error: out of memory: \(bytes) bytes could not be had; use a smaller batch, context or model\n"
    _ = sentence.utf8.withContiguousStorageIfAvailable { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    _exit(1)
  }

  /// Large blocks lie in huge pages where the system has them: kernels walk many rows at once, and would spend a
  /// part of their time on looking up small pages.
  private static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    var pointer: UnsafeMutableRawPointer?
    #if os(Linux)
      let isLarge = size >= 2 * hugePage
      guard posix_memalign(&pointer, isLarge ? hugePage : 64, size) == 0 else { return nil }
      if isLarge { madvise(pointer, size, MADV_HUGEPAGE) }
      return pointer
    #else
      return posix_memalign(&pointer, 64, size) == 0 ? pointer : nil
    #endif
  }

  private static let hugePage = 1 << 21

  /// Gives every free block back to the system first.
  private func allocateAfterTrimming(_ size: Int) -> UnsafeMutableRawPointer? {
    state.withLock { state in
      for place in state.free.indices {
        while let pointer = state.removeFree(at: place) {
          free(pointer)
          state.statistics.reserved -= Self.size(at: place)
        }
      }
    }
    return Self.allocate(size)
  }

  /// Gives a block back.
  func give(_ pointer: UnsafeMutableRawPointer, size: Int) {
    state.withLock { state in
      state.statistics.used -= size
      state.addFree(pointer, size: size)
    }
  }

  private static func rounded(_ bytes: Int) -> Int {
    let bytes = max(bytes, 64)
    let step = max(64, (1 << exponent(of: bytes)) / 8)
    return (bytes + step - 1) / step * step
  }

  /// The exponent of the largest power of two in a number.
  private static func exponent(of size: Int) -> Int { Int.bitWidth - 1 - size.leadingZeroBitCount }

  /// The number of a rounded size among all: eight for each power of two.
  private static func place(of size: Int) -> Int {
    let exponent = exponent(of: size)
    return 8 * exponent + ((size >> (exponent - 3)) & 7)
  }

  /// The size that has a place.
  private static func size(at place: Int) -> Int { (8 + place % 8) << (place / 8 - 3) }
}
