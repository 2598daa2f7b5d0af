import MartletText
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where tests find and put files.
enum TestFiles {
  /// The folder of golden files beside this source file.
  static func golden(_ name: String) -> String {
    "\(FileSystem.directory(of: #filePath))/Golden/\(name)"
  }

  /// A file of the optional conformance data (`MARTLET_SHARED`, or `../shared` beside the package); nil, with a
  /// line that says so, when it is not there.
  static func conformance(_ name: String) -> String? {
    let package = FileSystem.directory(of: FileSystem.directory(of: FileSystem.directory(of: #filePath)))
    let shared =
      getenv("MARTLET_SHARED").map { String(cString: $0) }
      ?? FileSystem.join(FileSystem.directory(of: package), "shared")
    let path = FileSystem.join(shared, "data/\(name)")
    if FileSystem.exists(path) { return path }
    print("skipped: the conformance file \(path) is not there")
    return nil
  }

  /// Runs `body` with a fresh directory that is removed afterwards.
  static func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array(FileSystem.join(base, "martlet-training-XXXXXX").utf8CString)
    guard let pointer = mkdtemp(&template) else { throw MartletError("cannot make a temporary directory") }
    let directory = String(cString: pointer)
    defer { remove(directory) }
    try body(directory)
  }

  private static func remove(_ path: String) {
    for name in (try? FileSystem.names(inDirectory: path)) ?? [] {
      let inner = FileSystem.join(path, name)
      if FileSystem.isDirectory(inner) { remove(inner) } else { unlink(inner) }
    }
    rmdir(path)
  }

  /// Copies the files of a directory to a new one.
  static func copy(_ directory: String, to target: String) throws {
    try FileSystem.createDirectory(target)
    for (name, bytes) in try contents(of: directory) { try FileSystem.write(bytes, to: "\(target)/\(name)") }
  }

  /// The files of a directory.
  static func contents(of directory: String) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for name in try FileSystem.names(inDirectory: directory) {
      contents[name] = try FileSystem.read("\(directory)/\(name)")
    }
    return contents
  }
}

/// Checks that two directories hold the same files, byte for byte.
func expectSameFiles(
  _ found: String, _ expected: String, _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let (found, expected) = (try TestFiles.contents(of: found), try TestFiles.contents(of: expected))
  #expect(found.keys.sorted() == expected.keys.sorted(), "\(comment)", sourceLocation: sourceLocation)
  for (name, bytes) in expected {
    let isSame = found[name] == bytes
    #expect(isSame, "\(name) differs, \(comment)", sourceLocation: sourceLocation)
  }
}

/// Checks that `body` fails with one sentence that holds all of `parts`.
func expectError(
  _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation, from body: () throws -> Void
) {
  do {
    try body()
    Issue.record("no error, where one about \(parts) was expected", sourceLocation: sourceLocation)
  } catch {
    guard let message = (error as? MartletError)?.message else {
      Issue.record("an error of another kind: \(error)", sourceLocation: sourceLocation)
      return
    }
    #expect(!message.contains("\n") && !message.hasSuffix("."), sourceLocation: sourceLocation)
    for part in parts {
      #expect(message.contains(part), "\(message)", sourceLocation: sourceLocation)
    }
  }
}
