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

  /// Runs `body` with a fresh directory that is removed afterwards.
  static func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array(FileSystem.join(base, "martlet-model-XXXXXX").utf8CString)
    guard let pointer = mkdtemp(&template) else { throw MartletError("cannot make a temporary directory") }
    let directory = String(cString: pointer)
    defer { FileSystem.removeDirectory(directory) }
    try body(directory)
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

/// The bits of numbers, so that a comparison tells zeros and not-a-numbers apart.
func bits(_ numbers: [Float]) -> [UInt32] { numbers.map(\.bitPattern) }
