import FakeHub
import MartletText
import Synchronization
import Testing

@testable import MartletHub

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Models fetched from a server that behaves like the Hub, and from one that doesn't.
@Suite struct ModelDownloadTests {
  @Test func theCacheIsThatOfTheHubsLibrary() throws {
    try Scene.with { scene in
      let events = try scene.pull()
      try scene.expectWhole()
      #expect(try FileSystem.readText(scene.cache + "/refs/main") == FakeHub.commit)
      #expect(
        try FileSystem.names(inDirectory: scene.snapshot)
          == ["additional_chat_templates", "config.json", "empty.txt", "model.safetensors", "tokenizer.json"])
      let tags = Scene.wanted.map { scene.hub.files[$0]!.tag }
      #expect(try FileSystem.names(inDirectory: scene.cache + "/blobs") == tags.sorted())
      var link = [CChar](repeating: 0, count: 256)
      #expect(readlink(scene.snapshot + "/additional_chat_templates/tools.jinja", &link, 255) > 0)
      #expect(
        String(decoding: link.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
          == "../../../blobs/\(tags[0])")
      let bytes = Scene.wanted.reduce(0) { $0 + scene.hub.files[$1]!.content.count }
      #expect(events.first == .found(commit: FakeHub.commit, files: 5, bytes: bytes))
      #expect(events.contains(.progress(bytes: bytes, fetched: bytes)))

      // What is there is not asked for again.
      scene.hub.forgetRequests()
      let again = try scene.pull()
      #expect(again.contains(.finished(path: "config.json", bytes: 24, isNew: false)))
      #expect(again.last == .finished(path: "tokenizer.json", bytes: 3000, isNew: false))
      #expect(scene.hub.requests.map(\.path) == ["/api/models/someone/small/revision/main?blobs=true"])
      // Nor under another branch of the same commit.
      try scene.pull("@other")
      #expect(try FileSystem.readText(scene.cache + "/refs/other") == FakeHub.commit)
      scene.settings.isOffline = true
      scene.hub.forgetRequests()
      try scene.pull("@other")
      #expect(scene.hub.requests.isEmpty)
      #expect(message { try scene.pull("@third") }.contains("HF_HUB_OFFLINE"))
    }
  }

  /// The token is for the Hub alone.
  @Test func theTokenDoesNotFollowToAnotherServer() throws {
    try Scene.with(token: "hf_secret") { scene in
      try scene.pull()
      try scene.expectWhole()
      let (hub, storage) = (
        scene.hub.requests.filter { !$0.isStorage }, scene.hub.requests.filter { $0.isStorage }
      )
      #expect(Set(hub.map { $0.headers["authorization"] }) == ["Bearer hf_secret"], "\(hub)")
      #expect(storage.allSatisfy { $0.headers["authorization"] == nil } && !storage.isEmpty)
    }
    try Scene.with { scene in
      try scene.pull()
      #expect(scene.hub.requests.allSatisfy { $0.headers["authorization"] == nil })
    }
  }

  @Test func aPlainDirectory() throws {
    try Scene.with { scene in
      let target = scene.directory + "/plain/model"
      try scene.pull { $0.target = target }
      try scene.expectWhole(target)
      #expect(!FileSystem.exists(scene.directory + "/hub"))
      // One file is as it should be, one has changed, one is longer.
      try FileSystem.write([UInt8](repeating: 7, count: 3000), to: target + "/tokenizer.json")
      try FileSystem.write("{} something longer than the file on the server", to: target + "/config.json")
      let events = try scene.pull { $0.target = target }
      try scene.expectWhole(target)
      let new = events.compactMap { if case .finished(let path, _, true) = $0 { path } else { nil } }
      #expect(new == ["config.json", "tokenizer.json"])
    }
  }

  @Test func someFilesOnly() throws {
    try Scene.with { scene in
      try scene.pull {
        $0.include = ["*.md", "onnx/", "config.json"]
        $0.exclude = ["conf*"]
      }
      #expect(try FileSystem.names(inDirectory: scene.snapshot) == ["README.md", "onnx"])
      #expect(
        message { try scene.pull { $0.include = ["nothing"] } }.contains("none of its 8 files is wanted"))
    }
  }

  /// The connection breaks every 70,000 bytes, which is gone on with.
  @Test func cutConnectionsAreGoneOnWith() throws {
    try Scene.with { scene in
      scene.hub.misbehave { request, reply in if request.isStorage { reply.cut = 70_000 } }
      scene.settings.attempts = 2
      let events = try scene.pull()
      try scene.expectWhole()
      let starts = scene.hub.requests.filter { $0.isStorage }.map(\.start)
      #expect(starts == [0, 70_000, 140_000, 210_000, 280_000])
      #expect(events.count { if case .waiting = $0 { true } else { false } } == 4)
    }
  }

  /// What has come before a download ended for good is there for the next.
  @Test func aDownloadThatEndedIsGoneOnWith() throws {
    try Scene.with { scene in
      let isCut = Mutex(false)
      scene.hub.misbehave { request, reply in
        guard request.isStorage else { return }
        // Once a part, and then nothing more.
        reply.cut = isCut.withLock { isCut in
          defer { isCut = true }
          return isCut ? 0 : 100_000
        }
      }
      scene.settings.attempts = 3
      #expect(message { try scene.pull() }.contains("the connection"))
      let partial = "\(scene.cache)/blobs/\(scene.hub.files["model.safetensors"]!.tag).incomplete"
      #expect(FileSystem.size(of: partial) == 100_000)
      #expect(!FileSystem.exists(scene.cache + "/refs/main"))
      scene.hub.misbehave { _, _ in }
      scene.hub.forgetRequests()
      let events = try scene.pull()
      try scene.expectWhole()
      #expect(scene.hub.requests.filter { $0.isStorage }.map(\.start) == [100_000])
      #expect(!FileSystem.exists(partial))
      #expect(
        events.contains { if case .progress(_, let fetched) = $0 { fetched >= 200_000 } else { false } })
    }
  }

  /// A server that knows no ranges, or another range than the one that was asked for.
  @Test func rangesThatAreNotGiven() throws {
    for kind in ["whole", "other", "416"] {
      try Scene.with { scene in
        let tag = scene.hub.files["model.safetensors"]!.tag
        try FileSystem.createDirectory(scene.cache + "/blobs")
        try FileSystem.write(
          scene.hub.files["model.safetensors"]!.content.prefix(1000) + [],
          to: "\(scene.cache)/blobs/\(tag).incomplete")
        let content = scene.hub.files["model.safetensors"]!.content
        scene.hub.misbehave { request, reply in
          guard request.isStorage, request.start > 0 else { return }
          switch kind {
          case "whole": reply = FakeHub.Reply(200, body: content)
          case "other":
            reply = FakeHub.Reply(206, headers: [("Content-Range", "bytes 500-299999/300000")], body: content)
          default: reply = FakeHub.Reply(416)
          }
        }
        try scene.pull()
        try scene.expectWhole()
      }
    }
  }

  /// What lies there already may be of another version, or longer than the file.
  @Test func partsOfAnotherContent() throws {
    for count in [1000, 300_000, 300_001] {
      try Scene.with { scene in
        let tag = scene.hub.files["model.safetensors"]!.tag
        try FileSystem.createDirectory(scene.cache + "/blobs")
        try FileSystem.write(
          [UInt8](repeating: 1, count: count), to: "\(scene.cache)/blobs/\(tag).incomplete")
        if count <= 300_000 {
          #expect(message { try scene.pull() }.contains("its checksum is"))
          #expect(!FileSystem.exists("\(scene.cache)/blobs/\(tag).incomplete"))
        }
        try scene.pull()
        try scene.expectWhole()
      }
    }
  }

  @Test(arguments: ["model.safetensors", "tokenizer.json"]) func wrongContent(path: String) throws {
    try Scene.with { scene in
      let tag = scene.hub.files[path]!.tag
      scene.hub.misbehave { request, reply in
        if request.method == "GET", reply.status == 200, reply.body.count == Scene.files[path]!.content.count
        {
          reply.body[17] ^= 1
        }
      }
      let text = message { try scene.pull() }
      #expect(text.contains(path) && text.contains("expected \(tag)") && text.contains("removed"), "\(text)")
      let left = try FileSystem.names(inDirectory: scene.cache + "/blobs")
      #expect(!left.contains { $0.hasPrefix(tag) })
      #expect(!FileSystem.exists("\(scene.snapshot)/\(path)"))
    }
  }

  @Test func moreThanWasNamed() throws {
    try Scene.with { scene in
      scene.hub.misbehave { request, reply in if request.isStorage { reply.body += [1, 2, 3] } }
      #expect(message { try scene.pull() }.contains("sends more than the 300000 bytes"))
    }
  }

  // MARK: Refusals

  @Test func refusals() throws {
    func refusal(_ reply: FakeHub.Reply, token: String? = nil) throws -> String {
      var text = ""
      try Scene.with(token: token) { scene in
        scene.hub.misbehave { _, answer in answer = reply }
        text = message { try scene.pull("@old") }
        #expect(scene.hub.requests.count == 1, "it must not be asked again: \(text)")
        #expect(!FileSystem.exists(scene.cache))
      }
      return text
    }
    #expect(try refusal(.init(401)).contains("set HF_TOKEN"))
    #expect(try refusal(.init(401), token: "hf_old").contains("HF_TOKEN is not valid"))
    #expect(try refusal(.init(403)).contains("access must be granted"))
    #expect(try refusal(.init(404)).contains("no such model"))
    #expect(
      try refusal(.init(404, headers: [("X-Error-Code", "RevisionNotFound")])).contains("no revision old"))
    #expect(try refusal(.init(418)).contains("answered 418"))
    #expect(try refusal(.init(429, headers: [("Retry-After", "4000")])).contains("wait for 4000 seconds"))
    #expect(try refusal(.init(429, headers: [("Retry-After", "1e300")])).contains("asks to wait for"))
    #expect(try refusal(.init(200, body: Array("<html>".utf8))).contains("not valid JSON"))
    #expect(try refusal(.init(200, body: Array("{}".utf8))).contains("\"sha\" is missing"))
    // A page without end is not read.
    #expect(try refusal(.init(404, body: [UInt8](repeating: 65, count: 3_000_000))).contains("404"))
  }

  @Test func troubleThatPasses() throws {
    for (status, headers) in [(429, [("Retry-After", "0")]), (500, []), (503, []), (504, [])] {
      try Scene.with { scene in
        let count = Mutex(0)
        scene.hub.misbehave { _, reply in
          let isFailing = count.withLock { count in
            count += 1
            return count % 3 != 0
          }
          if isFailing { reply = FakeHub.Reply(status, headers: headers) }
        }
        let events = try scene.pull()
        try scene.expectWhole()
        let reasons = events.compactMap { if case .waiting(let reason, _) = $0 { reason } else { nil } }
        #expect(reasons.count >= 10 && reasons.allSatisfy { $0.contains("\(status)") })
      }
    }
    try Scene.with { scene in
      scene.settings.attempts = 3
      scene.hub.misbehave { _, reply in reply = FakeHub.Reply(503) }
      #expect(message { try scene.pull() }.contains("the server failed (503); try again later"))
      #expect(scene.hub.requests.count == 3)
    }
  }

  @Test func aServerThatCannotBeReached() throws {
    try Scene.with { scene in
      try FakeHub.withoutServer { endpoint in
        scene.settings.endpoint = endpoint
        let text = message { try scene.pull() }
        #expect(text.contains("can't be reached") && text.contains("HF_ENDPOINT"), "\(text)")
      }
    }
  }

  /// The address of a content is good for an hour; after that, the Hub is asked again.
  @Test func anAddressThatIsTooOld() throws {
    try Scene.with { scene in
      let refused = Mutex(false)
      scene.hub.misbehave { request, reply in
        guard request.isStorage else { return }
        refused.withLock { refused in
          if !refused { reply = FakeHub.Reply(403) }
          refused = true
        }
      }
      try scene.pull()
      try scene.expectWhole()
    }
    try Scene.with { scene in
      scene.hub.misbehave { request, reply in if request.isStorage { reply = FakeHub.Reply(403) } }
      #expect(message { try scene.pull() }.contains("(403)"))
    }
  }

  @Test func redirections() throws {
    func pull(_ location: String, _ status: Int = 302) throws -> String {
      var text = ""
      try Scene.with { scene in
        scene.hub.misbehave { _, reply in
          reply = FakeHub.Reply(status, headers: [("Location", location)])
        }
        text = message { try scene.pull() }
      }
      return text
    }
    #expect(try pull("/again").contains("too many redirections"))
    #expect(try pull("file:///etc/passwd").contains("is no address"))
    #expect(try pull("http://user@host/").contains("is no address"))
    #expect(try pull("ftp://host/", 307).contains("is no address"))
    // A model that was renamed.
    try Scene.with { scene in
      scene.hub.misbehave { request, reply in
        guard request.path.hasPrefix("/api/models/someone/old/") else { return }
        reply = FakeHub.Reply(
          307, headers: [("Location", "/api/models/someone/small/revision/main?blobs=true")])
      }
      let model = try HubModel("someone/old")
      #expect(throws: MartletError.self) { try ModelDownload(model, scene.settings).run() }
      #expect(scene.hub.requests.contains { $0.path.hasPrefix("/api/models/someone/small/") })
    }
  }

  // MARK: What a server may try

  @Test(arguments: [
    "../evil", "/etc/passwd", "a/../../evil", "a//b", "./a", "a/.", "", "a\\..\\b", "a\u{0}b", "a\nb",
  ]) func namesThatLeadElsewhere(name: String) throws {
    try Scene.with { scene in
      let body: JSON = ["sha": .string(FakeHub.commit), "siblings": [["rfilename": .string(name)]]]
      scene.hub.misbehave { _, reply in reply.body = body.bytes(pretty: false) }
      #expect(message { try scene.pull { $0.include = ["*"] } }.contains("nothing was fetched"))
      let left = try FileSystem.names(inDirectory: scene.directory)
      #expect(left.isEmpty)
    }
  }

  @Test func otherLies() throws {
    try Scene.with { scene in
      for sha in ["../../../evil", "main", String(repeating: "a", count: 64), ""] {
        let body: JSON = ["sha": .string(sha), "siblings": []]
        scene.hub.misbehave { _, reply in reply.body = body.bytes(pretty: false) }
        #expect(message { try scene.pull() }.contains("40 digits"))
      }
      for tag in ["\"../../evil\"", "\"\"", "\"a/b\"", "\"\(String(repeating: "a", count: 200))\"", ".."] {
        scene.hub.misbehave { request, reply in
          if request.method == "HEAD" { reply.headers = [("ETag", tag), ("X-Linked-ETag", tag)] }
        }
        #expect(message { try scene.pull() }.contains("no usable ETag"))
      }
      scene.hub.misbehave { request, reply in
        if request.method == "HEAD" { reply.headers = [("X-Repo-Commit", "other")] }
      }
      #expect(message { try scene.pull() }.contains("of commit other"))
      // A head without end.
      scene.hub.misbehave { _, reply in
        reply.headers = (0..<20_000).map { ("X-\($0)", "0123456789") }
      }
      #expect(message { try scene.pull() }.contains("cannot fetch"))
      let left = try FileSystem.names(inDirectory: scene.directory + "/hub")
      #expect(left == ["models--someone--small"])
    }
  }

  @Test func anotherProgramIsFetchingTheSame() throws {
    try Scene.with { scene in
      let tag = scene.hub.files["config.json"]!.tag
      let locks = scene.directory + "/hub/.locks/models--someone--small"
      try FileSystem.createDirectory(locks)
      let lock = try FileLock("\(locks)/\(tag).lock")
      #expect(message { try scene.pull() }.contains("another program"))
      withExtendedLifetime(lock) {}
    }
  }

  /// A file of half a petabyte is refused before it is begun.
  @Test func moreThanTheDiskHolds() throws {
    try Scene.with { scene in
      scene.hub.misbehave { request, reply in
        guard request.method == "HEAD" else { return }
        reply.headers = reply.headers.map { $0.0 == "X-Linked-Size" ? ($0.0, "562949953421312") : $0 }
      }
      #expect(message { try scene.pull() }.contains("the disk has"))
    }
  }
}
