#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reading and writing files, with errors that name the path and say what to do.
package enum FileSystem {
  /// The whole file.
  ///
  /// - Throws: when the file is missing, is a directory, or cannot be read.
  package static func read(_ path: String) throws(MartletError) -> [UInt8] {
    let descriptor = SystemCall.openForReading(path)
    guard descriptor >= 0 else { throw failure("read", path, SystemCall.lastError) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read", path, SystemCall.lastError) }
    if SystemCall.isDirectory(status) { throw failure("read", path, EISDIR) }
    return try readAll(descriptor, path, expected: Int(status.st_size))
  }

  /// The first bytes of a file, as many as there are but no more than `most`.
  ///
  /// - Throws: when the file is missing, is a directory, or cannot be read.
  package static func readStart(_ path: String, most: Int) throws(MartletError) -> [UInt8] {
    try requirePlainFile(path)
    let descriptor = SystemCall.openForReading(path)
    guard descriptor >= 0 else { throw failure("read", path, SystemCall.lastError) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read", path, SystemCall.lastError) }
    if SystemCall.isDirectory(status) { throw failure("read", path, EISDIR) }
    let size = Int(status.st_size)
    return try readAll(descriptor, path, expected: min(size, most), most: most)
  }

  /// Fails where something else than a file is, before it is opened: opening a pipe would wait for somebody to write to
  /// it, and the files of a model may come from strangers.
  package static func requirePlainFile(_ path: String) throws(MartletError) {
    guard let found = SystemCall.status(path) else { throw failure("read", path, SystemCall.lastError) }
    if SystemCall.isDirectory(found) { throw failure("read", path, EISDIR) }
    guard SystemCall.isFile(found) else {
      throw MartletError("cannot read \(path): it is a pipe or a device; use a plain file")
    }
  }

  /// The whole of a plain file that describes a model: no configuration or tokenizer has more than a gigabyte.
  ///
  /// - Throws: when the file is missing, is anything but a file, larger than that, or cannot be read.
  package static func readDescription(_ path: String) throws(MartletError) -> [UInt8] {
    try requirePlainFile(path)
    let (size, most) = (Self.size(of: path) ?? 0, 1 << 30)
    if size > most {
      throw MartletError(
        "\(path) has \(size) bytes, more than a model's configuration or tokenizer ever has; the file is damaged or another's"
      )
    }
    return try read(path)
  }

  /// What `make` makes of an open file and its size, such as a mapping into memory.
  ///
  /// - Parameter make: nil, with `errno` set, when the system can't.
  /// - Throws: when the file is missing, is anything but a file, or cannot be opened, and when `make` gives nil.
  package static func map<Mapping>(
    _ path: String, _ make: (_ descriptor: Int32, _ size: Int) -> Mapping?
  ) throws(MartletError) -> Mapping {
    try requirePlainFile(path)
    let descriptor = SystemCall.openForReading(path)
    guard descriptor >= 0 else { throw failure("read", path, SystemCall.lastError) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read", path, SystemCall.lastError) }
    guard let mapping = make(descriptor, Int(status.st_size)) else {
      throw failure("map", path, SystemCall.lastError)
    }
    return mapping
  }

  /// All of standard input.
  package static func readStandardInput() throws(MartletError) -> [UInt8] {
    try readAll(STDIN_FILENO, "standard input", expected: 0)
  }

  private static func readAll(
    _ descriptor: Int32, _ path: String, expected: Int, most: Int = .max
  ) throws(MartletError) -> [UInt8] {
    // One byte more than expected, so that the end of the file is seen without growing the buffer.
    var bytes = [UInt8](repeating: 0, count: max(expected + 1, 1 << 16))
    var filled = 0
    while filled < most {
      if filled == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
      let room = bytes.count - filled
      let received = bytes.withUnsafeMutableBytes { buffer in
        SystemCall.retrying { systemRead(descriptor, buffer.baseAddress! + filled, room) }
      }
      guard received >= 0 else { throw failure("read", path, SystemCall.lastError) }
      if received == 0 { break }
      filled += received
    }
    bytes.removeLast(bytes.count - min(filled, most))
    return bytes
  }

  /// The whole file as text.
  ///
  /// - Throws: when the file cannot be read or is not UTF-8, with the offset of the first bad byte.
  package static func readText(_ path: String) throws(MartletError) -> String {
    try text(try read(path), file: path)
  }

  /// Bytes as text.
  ///
  /// - Throws: when they are not UTF-8, with the offset of the first bad byte.
  package static func text(_ bytes: [UInt8], file: String) throws(MartletError) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let offset = bytes.withUnsafeBufferPointer { $0.firstInvalidUTF8 } ?? 0
    let value = String(bytes[offset], radix: 16)
    throw MartletError(
      "\(file) is not UTF-8 text: bad byte 0x\(value) at offset \(offset); convert the file to UTF-8")
  }

  /// Writes a file at once: after a crash or an error at any point, the old content or the new is there, whole.
  package static func write(_ bytes: [UInt8], to path: String) throws(MartletError) {
    let file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
  }

  /// Writes text at once, in UTF-8.
  package static func write(_ text: String, to path: String) throws(MartletError) {
    try write([UInt8](text.utf8), to: path)
  }

  /// Whether something is at `path`.
  package static func exists(_ path: String) -> Bool { SystemCall.status(path) != nil }

  /// Whether a directory is at `path`.
  package static func isDirectory(_ path: String) -> Bool {
    SystemCall.status(path).map(SystemCall.isDirectory) ?? false
  }

  /// The bytes of the file at `path`, or of the one that a link there leads to; nil when there is none.
  package static func size(of path: String) -> Int? {
    SystemCall.status(path).flatMap { SystemCall.isFile($0) ? Int($0.st_size) : nil }
  }

  /// Creates a directory and those above it that are missing; one that is there already is fine.
  package static func createDirectory(_ path: String) throws(MartletError) {
    if isDirectory(path) { return }
    let parent = directory(of: path)
    if parent != path { try createDirectory(parent) }
    if mkdir(path, 0o777) == 0 { return }
    let error = SystemCall.lastError
    if isDirectory(path) { return }
    throw failure("create the directory", path, error == EEXIST ? ENOTDIR : error)
  }

  /// The names in a directory without `.` and `..`, sorted by their bytes.
  package static func names(inDirectory path: String) throws(MartletError) -> [String] {
    guard let stream = opendir(path) else { throw failure("list", path, SystemCall.lastError) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let capacity = MemoryLayout.size(ofValue: entry.pointee.d_name)
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: capacity) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The directory that holds `path`; "." for a bare name.
  package static func directory(of path: String) -> String {
    var path = Substring(path)
    while path.count > 1, path.last == "/" { path.removeLast() }
    guard let slash = path.lastIndex(of: "/") else { return path == "/" ? "/" : "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `name` in `directory`.
  package static func join(_ directory: String, _ name: String) -> String {
    directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }

  /// An error of the system in words: what can't be done, with what, and why.
  package static func failure(_ verb: String, _ path: String, _ error: Int32) -> MartletError {
    MartletError("cannot \(verb) \(path): \(SystemCall.explanation(of: error))")
  }
}

/// The system's `read`, which is hidden by `FileSystem.read` inside that type.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
