import MartletText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs the built `martlet` as a person would.
enum BuiltProgram {
  /// What a run gave.
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// The one object on standard output.
    var json: JSON { get throws { try JSON(parsing: output, file: "standard output") } }

    /// The objects on standard output, one a line.
    var jsonLines: [JSON] {
      get throws {
        try output.split(separator: "\n").map { try JSON(parsing: String($0), file: "standard output") }
      }
    }
  }

  /// The program beside the tests.
  static let path: String = {
    let besideTests = FileSystem.join(FileSystem.directory(of: CommandLine.arguments[0]), "martlet")
    if FileSystem.exists(besideTests) { return besideTests }
    let package = (0..<3).reduce(#filePath) { path, _ in FileSystem.directory(of: path) }
    return FileSystem.join(package, ".build/debug/martlet")
  }()

  /// Runs the program with arguments, and something on standard input.
  static func run(_ arguments: [String], input: String = "") throws -> Result {
    try run(path, arguments, input: [UInt8](input.utf8))
  }

  /// Runs a line of shell, in which `$martlet` is the program.
  static func shell(_ line: String) throws -> Result {
    try run("/bin/sh", ["-c", "martlet='\(path)'; \(line)"], input: [])
  }

  static func run(_ program: String, _ arguments: [String], input: [UInt8]) throws -> Result {
    try withTemporaryDirectory { directory in
      let files = ["input", "output", "errors"].map { FileSystem.join(directory, $0) }
      try FileSystem.write(input, to: files[0])
      #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
      #else
        var actions = posix_spawn_file_actions_t()
      #endif
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      posix_spawn_file_actions_addopen(&actions, 0, files[0], O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, files[1], O_WRONLY | O_CREAT, 0o600)
      posix_spawn_file_actions_addopen(&actions, 2, files[2], O_WRONLY | O_CREAT, 0o600)
      var argumentPointers = ([program] + arguments).map { strdup($0) } + [nil]
      defer { argumentPointers.forEach { free($0) } }
      var process: pid_t = 0
      let failure = posix_spawn(&process, program, &actions, nil, &argumentPointers, environ)
      guard failure == 0 else {
        throw MartletError("cannot run \(program): \(String(cString: strerror(failure)))")
      }
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      // As a shell gives it: the exit status, or 128 and the signal.
      let signal = status & 0x7F
      return Result(
        status: signal == 0 ? status >> 8 & 0xFF : 128 + signal,
        output: String(decoding: try FileSystem.read(files[1]), as: UTF8.self),
        errors: String(decoding: try FileSystem.read(files[2]), as: UTF8.self))
    }
  }

  /// Runs `body` with a fresh directory that is removed afterwards.
  static func withTemporaryDirectory<Value>(_ body: (String) throws -> Value) throws -> Value {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array(FileSystem.join(base, "martlet-cli-XXXXXX").utf8CString)
    guard let pointer = mkdtemp(&template) else { throw MartletError("cannot make a temporary directory") }
    let directory = String(cString: pointer)
    defer { FileSystem.removeDirectory(directory) }
    return try body(directory)
  }
}
