#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file whose bytes are read from the disk when they are needed: mapped into memory, not copied.
///
/// The file may be replaced or removed meanwhile, as long as that is done by renaming or unlinking; the bytes stay
/// those of the file that was opened. A file that another program makes shorter while it is mapped can't be
/// guarded against: reading what it has lost ends the program.
package final class MappedFile: Sendable {
  /// The file's size in bytes.
  package let count: Int
  private let start: UInt

  /// Maps the first bytes of an open file, which may then be closed; nil, with `errno` set, when the system can't.
  package init?(descriptor: Int32, count: Int) {
    self.count = count
    if count == 0 {
      start = 0
      return
    }
    guard let mapped = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), mapped != MAP_FAILED else {
      return nil
    }
    start = UInt(bitPattern: mapped)
  }

  deinit {
    if count > 0 { munmap(UnsafeMutableRawPointer(bitPattern: start), count) }
  }

  /// A copy of some of the bytes.
  package func bytes(_ range: Range<Int>) -> [UInt8] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "MappedFile: \(range) is not within \(count) bytes")
    if range.isEmpty { return [] }
    return Array(UnsafeRawBufferPointer(start: address + range.lowerBound, count: range.count))
  }

  /// Where the bytes are; the file must hold some.
  var address: UnsafeRawPointer { UnsafeRawPointer(bitPattern: start)! }
}
