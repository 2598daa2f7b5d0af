import Dispatch
import MartletHub
import MartletText
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A server on this machine that behaves like the Hub, and another like the one that keeps its large files; tests make
/// them misbehave.
package final class FakeHub: Sendable {
  /// What a server is asked.
  package struct Request: Sendable {
    /// Whether the server of large files is asked.
    package let isStorage: Bool
    package let method: String
    /// From the first `/` on.
    package let path: String
    /// By their names in lower case.
    package let headers: [String: String]

    /// Where the wanted part of a file begins.
    package var start: Int {
      headers["range"].flatMap { Int($0.dropFirst("bytes=".count).prefix { $0 != "-" }) } ?? 0
    }
  }

  /// What it answers.
  package struct Reply: Sendable {
    package var status = 200
    package var headers: [(String, String)] = []
    package var body: [UInt8] = []
    /// How many bytes of the body are sent before the connection is cut; nil for all.
    package var cut: Int?
    /// Seconds to wait before each part of the body.
    package var delay = 0.0

    package init(_ status: Int = 200, headers: [(String, String)] = [], body: [UInt8] = []) {
      (self.status, self.headers, self.body) = (status, headers, body)
    }
  }

  /// A file of the model.
  package struct File: Sendable {
    package let content: [UInt8]
    /// Whether it lies on the other server, and is known by its SHA-256.
    package let isLarge: Bool

    package init(_ content: [UInt8], isLarge: Bool = false) {
      (self.content, self.isLarge) = (content, isLarge)
    }

    /// What the server says of the content.
    package var tag: String {
      let some = String(repeating: "0", count: isLarge ? 64 : 40)
      var digest = Checksum.Digest(for: Checksum(some)!, count: content.count)
      content.withUnsafeBytes { digest.add($0) }
      return digest.text
    }
  }

  package static let commit = "0123456789abcdef0123456789abcdef01234567"
  package let model = "someone/small"
  package let files: [String: File]
  /// Changes an answer, or gives another.
  private let change: Mutex<@Sendable (Request, inout Reply) -> Void> = Mutex { _, _ in }
  private let log = Mutex<[Request]>([])
  private let (hub, storage): (Listener, Listener)

  package init(_ files: [String: File]) throws(MartletError) {
    // A proxy in the environment is not for this machine.
    setenv("no_proxy", "127.0.0.1", 1)
    setenv("NO_PROXY", "127.0.0.1", 1)
    self.files = files
    (hub, storage) = (try Listener(), try Listener())
    hub.serve({ [weak self] in self?.reply(to: $0) }, isStorage: false)
    storage.serve({ [weak self] in self?.reply(to: $0) }, isStorage: true)
  }

  deinit {
    hub.stop()
    storage.stop()
  }

  /// Runs `body` with the address of a server that is not there.
  package static func withoutServer(_ body: (String) throws -> Void) throws {
    let listener = try Listener(isDeaf: true)
    try body("http://127.0.0.1:\(listener.port)")
    withExtendedLifetime(listener) {}
  }

  package var endpoint: String { "http://127.0.0.1:\(hub.port)" }
  package var storageEndpoint: String { "http://127.0.0.1:\(storage.port)" }

  /// What was asked so far.
  package var requests: [Request] { log.withLock { $0 } }

  package func forgetRequests() { log.withLock { $0 = [] } }

  /// Lets it misbehave from now on.
  package func misbehave(_ change: @escaping @Sendable (Request, inout Reply) -> Void) {
    self.change.withLock { $0 = change }
  }

  // MARK: Answers

  private func reply(to request: Request) -> Reply {
    log.withLock { $0.append(request) }
    var reply = request.isStorage ? storageReply(to: request) : hubReply(to: request)
    change.withLock { $0 }(request, &reply)
    return reply
  }

  /// The model's listing, or a file: the content of a small one, the place of a large one.
  private func hubReply(to request: Request) -> Reply {
    let listing = "/api/models/\(model)/revision/"
    if request.path.hasPrefix(listing) {
      let siblings = files.sorted { $0.key < $1.key }.map { name, file -> JSON in
        ["rfilename": .string(name), "size": .integer(file.content.count), "blobId": .string(file.tag)]
      }
      let body: JSON = ["sha": .string(Self.commit), "siblings": .array(siblings)]
      return Reply(200, headers: [("Content-Type", "application/json")], body: body.bytes(pretty: false))
    }
    let place = "/\(model)/resolve/\(Self.commit)/"
    guard request.path.hasPrefix(place), let file = files[String(request.path.dropFirst(place.count))] else {
      return Reply(404, headers: [("X-Error-Code", "EntryNotFound")], body: Array("not found".utf8))
    }
    let commit = ("X-Repo-Commit", Self.commit)
    guard file.isLarge else {
      return Self.content(file, request, headers: [commit, ("ETag", "\"\(file.tag)\"")])
    }
    return Reply(
      302,
      headers: [
        commit, ("X-Linked-ETag", "\"\(file.tag)\""), ("X-Linked-Size", "\(file.content.count)"),
        ("Location", "\(storageEndpoint)/store/\(file.tag)?signature=1%2F2"),
      ])
  }

  private func storageReply(to request: Request) -> Reply {
    let tag = request.path.dropFirst("/store/".count).prefix { $0 != "?" }
    guard request.headers["authorization"] == nil, let file = files.values.first(where: { $0.tag == tag })
    else {
      return Reply(403)
    }
    return Self.content(file, request, headers: [("ETag", "\"another\"")])
  }

  private static func content(_ file: File, _ request: Request, headers: [(String, String)]) -> Reply {
    guard request.headers["range"] != nil else { return Reply(200, headers: headers, body: file.content) }
    let (start, count) = (request.start, file.content.count)
    guard start < count else { return Reply(416, headers: [("Content-Range", "bytes */\(count)")]) }
    let range = ("Content-Range", "bytes \(start)-\(count - 1)/\(count)")
    return Reply(206, headers: headers + [range], body: Array(file.content[start...]))
  }
}
