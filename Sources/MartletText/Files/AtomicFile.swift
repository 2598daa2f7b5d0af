#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears under its name only when all of it is written and safe on the disk.
///
/// The bytes go to a temporary name in the same directory. `commit()` flushes them, renames the file and
/// flushes the directory. A file that is not committed, for whatever reason, leaves nothing behind.
package final class AtomicFile {
  private let path: String
  private let temporaryPath: String
  private var descriptor: Int32

  /// Starts writing a file that will be called `path`.
  ///
  /// - Throws: when the directory is missing or not writable.
  package convenience init(_ path: String) throws(MartletError) {
    if FileSystem.isDirectory(path) { throw FileSystem.failure("write", path, EISDIR) }
    var name = path
    var opened: Int32 = -1
    // The name holds the process and a number, so that two writers never share a temporary file.
    for attempt in 0..<1000 {
      name = "\(path).\(getpid())-\(attempt).temporary"
      opened = SystemCall.openNew(name)
      if opened >= 0 || SystemCall.lastError != EEXIST { break }
    }
    guard opened >= 0 else {
      let error = SystemCall.lastError
      if error == ENOENT {
        throw MartletError(
          "cannot write \(path): the directory \(FileSystem.directory(of: path)) does not exist; create it first"
        )
      }
      throw FileSystem.failure("write", path, error)
    }
    self.init(path: path, temporaryPath: name, descriptor: opened)
  }

  /// Takes over an open file that has the temporary name.
  init(path: String, temporaryPath: String, descriptor: Int32) {
    self.path = path
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
  }

  deinit {
    if descriptor >= 0 { discard() }
  }

  /// Adds bytes at the end.
  package func write(_ bytes: [UInt8]) throws(MartletError) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(MartletError) in try write(buffer) }
    }
    try result.get()
  }

  /// Adds bytes at the end.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
    precondition(descriptor >= 0, "AtomicFile.write: the file is closed")
    var written = 0
    while written < bytes.count {
      let (start, rest) = (bytes.baseAddress! + written, bytes.count - written)
      // A single call writes at most 2 GiB on Linux and refuses more on macOS.
      let sent = SystemCall.retrying { systemWrite(descriptor, start, min(rest, 1 << 30)) }
      guard sent >= 0 else { throw abandon() }
      written += sent
    }
  }

  /// Makes the file appear under its name, whole, in place of any older one.
  package func commit() throws(MartletError) {
    precondition(descriptor >= 0, "AtomicFile.commit: the file is closed")
    guard SystemCall.retrying({ fsync(descriptor) }) == 0 else { throw abandon() }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(temporaryPath, path) == 0 else { throw abandon() }
    // Without this, a power failure could still bring the old file back.
    FileSystem.flush(FileSystem.directory(of: path))
  }

  private func abandon() -> MartletError {
    let error = SystemCall.lastError
    discard()
    return FileSystem.failure("write", path, error)
  }

  private func discard() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    unlink(temporaryPath)
  }
}

/// The system's `write`, which is hidden by `AtomicFile.write` inside that type.
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
