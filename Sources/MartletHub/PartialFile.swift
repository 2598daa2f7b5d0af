import MartletText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is being downloaded, under a name that says so: what is there of it stays when the program ends, and is
/// gone on with the next time.
final class PartialFile {
  let path: String
  private let descriptor: Int32
  /// The bytes that are there.
  private(set) var count = 0

  /// Opens what is there of a file, or begins one.
  init(_ path: String) throws(MartletError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path) }
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= 0 else { throw Self.failure(path) }
    count = Int(end)
  }

  deinit { close(descriptor) }

  /// Reads all that is there, from the start.
  func read(_ body: (UnsafeRawBufferPointer) -> Void) throws(MartletError) {
    var (buffer, place) = ([UInt8](repeating: 0, count: 1 << 20), 0)
    while place < count {
      let received = buffer.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, off_t(place))
      }
      guard received > 0 else { throw Self.failure(path) }
      buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<received])) }
      place += received
    }
  }

  /// Adds bytes at the end.
  func write(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
    var written = 0
    while written < bytes.count {
      let sent = pwrite(descriptor, bytes.baseAddress! + written, bytes.count - written, off_t(count))
      if sent < 0, errno == EINTR { continue }
      guard sent > 0 else { throw Self.failure(path) }
      written += sent
      count += sent
    }
  }

  /// Takes away all that is there.
  func clear() throws(MartletError) {
    guard ftruncate(descriptor, 0) == 0 else { throw Self.failure(path) }
    count = 0
  }

  /// Gives the file its name, when it is safe on the disk.
  func commit(as name: String) throws(MartletError) {
    guard fsync(descriptor) == 0, rename(path, name) == 0 else { throw Self.failure(path) }
    FileSystem.flush(FileSystem.directory(of: name))
  }

  private static func failure(_ path: String) -> MartletError { FileSystem.failure("write", path, errno) }
}
