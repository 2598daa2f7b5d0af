import MartletText

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

  /// The optional conformance data: `MARTLET_SHARED`, or `../shared` beside the package.
  static let shared: String = {
    if let path = getenv("MARTLET_SHARED") { return String(cString: path) }
    let package = FileSystem.directory(
      of: FileSystem.directory(of: FileSystem.directory(of: #filePath)))
    return FileSystem.join(FileSystem.directory(of: package), "shared")
  }()

  /// A file of the conformance data; nil, with a line that says so, when it is not there.
  static func conformance(_ name: String) -> String? {
    let path = FileSystem.join(shared, "data/\(name)")
    if FileSystem.exists(path) { return path }
    print("skipped: the conformance file \(path) is not there")
    return nil
  }

  /// How many damaged inputs to try: as many as `MARTLET_MUTATIONS` says, for a long run.
  static func mutations(usually count: Int) -> Int {
    getenv("MARTLET_MUTATIONS").flatMap { Int(String(cString: $0)) } ?? count
  }

  /// Runs `body` with a fresh directory that is removed afterwards.
  static func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array(FileSystem.join(base, "martlet-text-XXXXXX").utf8CString)
    guard let pointer = mkdtemp(&template) else { throw MartletError("cannot make a temporary directory") }
    let directory = String(cString: pointer)
    defer { remove(directory) }
    try body(directory)
  }

  private static func remove(_ path: String) {
    if FileSystem.isDirectory(path) {
      chmod(path, 0o700)
      for name in (try? FileSystem.names(inDirectory: path)) ?? [] { remove(FileSystem.join(path, name)) }
      rmdir(path)
    } else {
      unlink(path)
    }
  }
}

/// A case of a conformance file.
struct TokenizerCase {
  let text: String
  let ids: [Int32]

  init(_ json: JSON) throws {
    let reader = try JSONReader(json, file: "case")
    text = try reader.required("text")
    ids = try reader.required("ids", as: [Int].self).map { Int32($0) }
  }
}

/// The sentence of the error that `body` throws.
func errorMessage(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return (error as? MartletError)?.message ?? "another error: \(error)"
  }
}
