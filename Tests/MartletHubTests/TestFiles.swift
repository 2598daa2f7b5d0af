import FakeHub
import MartletText
import Testing

@testable import MartletHub

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs `body` with a fresh directory that is removed afterwards.
func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
  let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
  var template = Array(FileSystem.join(base, "martlet-hub-XXXXXX").utf8CString)
  guard let pointer = mkdtemp(&template) else { throw MartletError("cannot make a temporary directory") }
  let directory = String(cString: pointer)
  defer { FileSystem.removeDirectory(directory) }
  try body(directory)
}

/// The message of the error that `body` throws.
func message(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) -> String {
  do {
    try body()
    Issue.record("no error", sourceLocation: sourceLocation)
    return ""
  } catch {
    let message = (error as? MartletError)?.message ?? "of another kind: \(error)"
    #expect(!message.contains("\n") && !message.hasSuffix("."), sourceLocation: sourceLocation)
    return message
  }
}

/// A server with a small model, and a directory for its cache.
struct Scene {
  let hub: FakeHub
  let directory: String
  var settings: HubSettings

  /// Numbers that repeat nowhere near.
  static func bytes(_ count: Int, seed: UInt32) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
  }

  static let files: [String: FakeHub.File] = [
    "config.json": FakeHub.File(Array("{\"model_type\": \"llama\"}\n".utf8)),
    "tokenizer.json": FakeHub.File(bytes(3000, seed: 1)),
    "model.safetensors": FakeHub.File(bytes(300_000, seed: 2), isLarge: true),
    "additional_chat_templates/tools.jinja": FakeHub.File(Array("{{ tools }}".utf8)),
    "empty.txt": FakeHub.File([]),
    "pytorch_model.bin": FakeHub.File(bytes(99, seed: 3), isLarge: true),
    "onnx/model.onnx": FakeHub.File(bytes(99, seed: 4)),
    "README.md": FakeHub.File(Array("# Small".utf8)),
  ]
  static let wanted = [
    "additional_chat_templates/tools.jinja", "config.json", "empty.txt", "model.safetensors",
    "tokenizer.json",
  ]

  /// Runs `body` with a scene of its own.
  static func with(
    _ files: [String: FakeHub.File] = files, token: String? = nil, _ body: (inout Scene) throws -> Void
  ) throws {
    try withTemporaryDirectory { directory in
      let hub = try FakeHub(files)
      var settings = try HubSettings(environment: ["HF_ENDPOINT": hub.endpoint, "HF_HOME": directory])
      settings.token = token
      settings.firstDelay = 0.001
      var scene = Scene(hub: hub, directory: directory, settings: settings)
      try body(&scene)
    }
  }

  var cache: String { directory + "/hub/models--someone--small" }
  var snapshot: String { "\(cache)/snapshots/\(FakeHub.commit)" }

  func download(_ revision: String = "") throws -> ModelDownload {
    ModelDownload(try HubModel(hub.model + revision), settings)
  }

  /// Fetches the model, and returns what happened.
  @discardableResult
  func pull(
    _ revision: String = "", _ change: (inout ModelDownload) -> Void = { _ in }
  ) throws -> [ModelDownload.Event] {
    var download = try download(revision)
    change(&download)
    let events = Events()
    events.directory = try download.run { events.all.append($0) }
    #expect(events.directory == download.target ?? snapshot)
    return events.all
  }

  private final class Events {
    var all: [ModelDownload.Event] = []
    var directory = ""
  }

  /// Checks that a directory holds what is wanted, to the byte.
  func expectWhole(_ directory: String? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for path in Self.wanted {
      let content = try FileSystem.read("\(directory ?? snapshot)/\(path)")
      #expect(content == hub.files[path]?.content, "\(path)", sourceLocation: sourceLocation)
    }
  }
}
