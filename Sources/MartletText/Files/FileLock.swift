#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that one holder at a time has locked, of all processes of the machine.
///
/// The system lets go of it when the holder does or when its process ends, however it ends. The file itself stays:
/// it says nothing by being there.
package final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, creating the file if it is missing; nil while someone else holds it.
  ///
  /// Where the file system knows no locks, everyone gets one.
  ///
  /// - Throws: when the file can't be opened.
  package init?(_ path: String) throws(MartletError) {
    let opened = SystemCall.retrying { open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode_t(0o666)) }
    guard opened >= 0 else { throw FileSystem.failure("lock", path, SystemCall.lastError) }
    if SystemCall.retrying({ flock(opened, LOCK_EX | LOCK_NB) }) != 0,
      SystemCall.lastError == EWOULDBLOCK
    {
      close(opened)
      return nil
    }
    descriptor = opened
  }

  deinit { close(descriptor) }
}
