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
/// Blocks are rounded up to an eighth of their power of two, and a block given back serves the next request of
/// its size.
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
    var free: [Int: [UInt]] = [:]
    var statistics = Statistics()
  }

  package static let shared = MemoryPool()
  private let state = Mutex(State())

  /// What the pool holds now.
  package var statistics: Statistics { state.withLock { $0.statistics } }

  /// A block of at least `bytes` bytes, 64-byte aligned, and its true size.
  func take(_ bytes: Int) -> (pointer: UnsafeMutableRawPointer, size: Int) {
    let size = Self.rounded(bytes)
    let reused = state.withLock { state in
      state.statistics.used += size
      state.statistics.peak = max(state.statistics.peak, state.statistics.used)
      if let address = state.free[size]?.popLast() { return UnsafeMutableRawPointer(bitPattern: address) }
      state.statistics.reserved += size
      return nil
    }
    if let reused { return (reused, size) }
    var fresh: UnsafeMutableRawPointer?
    guard posix_memalign(&fresh, 64, size) == 0, let fresh else {
      fatalError("out of memory: \(size) bytes could not be had; use a smaller batch, context or model")
    }
    return (fresh, size)
  }

  /// Gives a block back.
  func give(_ pointer: UnsafeMutableRawPointer, size: Int) {
    state.withLock { state in
      state.statistics.used -= size
      state.free[size, default: []].append(UInt(bitPattern: pointer))
    }
  }

  private static func rounded(_ bytes: Int) -> Int {
    let bytes = max(bytes, 64)
    let step = max(64, (1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount)) / 8)
    return (bytes + step - 1) / step * step
  }
}
