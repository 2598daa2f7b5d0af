#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileSystem {
  /// A new empty directory beside `path`, whose name says that it is temporary.
  package static func createTemporaryDirectory(beside path: String) throws(MartletError) -> String {
    for attempt in 0..<1000 {
      let name = "\(path).\(getpid())-\(attempt).temporary"
      if mkdir(name, 0o777) == 0 { return name }
      let error = SystemCall.lastError
      if error != EEXIST { throw failure("create the directory", path, error) }
    }
    throw failure("create the directory", path, EEXIST)
  }

  /// Whether ``createTemporaryDirectory(beside:)`` makes such names: `PATH.PROCESS-ATTEMPT.temporary`.
  package static func isTemporary(_ name: String, beside path: String) -> Bool {
    guard name.hasPrefix(path + "."), name.hasSuffix(".temporary") else { return false }
    let numbers = name.dropFirst(path.count + 1).dropLast(".temporary".count)
      .split(separator: "-", omittingEmptySubsequences: false)
    return numbers.count == 2 && numbers.allSatisfy { UInt32($0) != nil }
  }

  /// Gives a directory its name at once; an empty directory of that name gives way.
  package static func rename(_ path: String, to target: String) throws(MartletError) {
    guard systemRename(path, target) == 0 else {
      throw failure("create the directory", target, SystemCall.lastError)
    }
    flush(directory(of: target))
  }

  /// Creates a directory with all that `fill` puts into it, or not at all.
  ///
  /// - Parameter fill: is given the directory under a temporary name.
  /// - Throws: when something is at `path` already, but for an empty directory, and what `fill` throws.
  package static func createDirectory<Result>(
    _ path: String, filledBy fill: (String) throws(MartletError) -> Result
  ) throws(MartletError) -> Result {
    var path = path
    // A name that is completed by a shell ends with a slash, beside which there is no room for a draft.
    while path.count > 1, path.last == "/" { path.removeLast() }
    try checkFree(path)
    try createDirectory(directory(of: path))
    let draft = try createTemporaryDirectory(beside: path)
    do throws(MartletError) {
      let result = try fill(draft)
      try rename(draft, to: path)
      return result
    } catch {
      removeDirectory(draft)
      throw error
    }
  }

  /// Fails when something is at a path, but for an empty directory.
  package static func checkFree(_ path: String) throws(MartletError) {
    guard exists(path) else { return }
    guard isDirectory(path) else {
      throw MartletError("cannot create the directory \(path): a file is there; choose another path")
    }
    if try !names(inDirectory: path).isEmpty {
      throw MartletError(
        "cannot create the directory \(path): it is there and not empty; choose another path")
    }
  }

  /// Waits until what a file or directory holds is safe on the disk, as far as the system can tell.
  package static func flush(_ path: String) {
    let descriptor = SystemCall.openForReading(path)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  /// Removes a directory and all that is in it, as far as it can.
  package static func removeDirectory(_ path: String) {
    for name in (try? names(inDirectory: path)) ?? [] {
      // A link is unlinked; what it points to stays.
      if unlink(join(path, name)) != 0 { removeDirectory(join(path, name)) }
    }
    rmdir(path)
  }

  /// Removes a file; one that is not there is fine.
  package static func removeFile(_ path: String) throws(MartletError) {
    guard unlink(path) == 0 || SystemCall.lastError == ENOENT else {
      throw failure("remove", path, SystemCall.lastError)
    }
  }

  /// Adds text at the end of a file.
  package static func append(_ text: String, to path: String) throws(MartletError) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure("write", path, SystemCall.lastError) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let sent = bytes.withUnsafeBytes { buffer in
        SystemCall.retrying { systemWrite(descriptor, buffer.baseAddress! + written, bytes.count - written) }
      }
      guard sent >= 0 else { throw failure("write", path, SystemCall.lastError) }
      written += sent
    }
  }

  /// The path from the root that names the same file.
  package static func absolutePath(of path: String) throws(MartletError) -> String {
    guard let resolved = realpath(path, nil) else { throw failure("find", path, SystemCall.lastError) }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

/// The system's `rename`, which is hidden by `FileSystem.rename` inside that type.
private func systemRename(_ path: String, _ target: String) -> Int32 { rename(path, target) }

/// The system's `write`, which is hidden by `FileSystem.write` inside that type.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
