import FakeHub
import MartletText
import Testing

/// `martlet pull` end to end, against a server on this machine.
@Suite struct PullCommandTests {
  private static let weights = FakeHub.File(
    (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }, isLarge: true)
  private static let files = [
    "config.json": FakeHub.File(Array("{}".utf8)), "model.safetensors": weights,
    "pytorch_model.bin": FakeHub.File([1], isLarge: true),
  ]

  /// Runs `body` with a server and the environment that leads to it.
  private func withHub(_ body: (FakeHub, _ directory: String, _ environment: String) throws -> Void) throws {
    let hub = try FakeHub(Self.files)
    try BuiltProgram.withTemporaryDirectory { directory in
      try body(
        hub, directory,
        "export HF_ENDPOINT=\(hub.endpoint) HF_HOME=\(directory)/home no_proxy=127.0.0.1 NO_PROXY=127.0.0.1;")
    }
  }

  @Test func theDirectoryIsPrinted() throws {
    try withHub { hub, directory, environment in
      let snapshot = "\(directory)/home/hub/models--someone--small/snapshots/\(FakeHub.commit)"
      let first = try BuiltProgram.shell(environment + "\"$martlet\" pull someone/small")
      #expect(first.status == 0 && first.output == snapshot + "\n", "\(first.errors)")
      #expect(
        first.errors.contains("2 files, 400 kB\n") && first.errors.contains("model.safetensors  400 kB\n"))
      #expect(!first.errors.contains("\r"))
      #expect(try FileSystem.read(snapshot + "/model.safetensors") == Self.weights.content)
      let second = try BuiltProgram.shell(environment + "\"$martlet\" pull someone/small --json")
      #expect(try second.json["fetched_bytes"] == 0 && second.json["bytes"] == 400_002)
      #expect(try second.json["directory"]?.string == snapshot && second.json["files"] == 2)
      let offline = try BuiltProgram.shell(
        environment + "HF_HUB_OFFLINE=1 HF_ENDPOINT=http://127.0.0.1:9 \"$martlet\" pull someone/small")
      #expect(offline.output == snapshot + "\n")
      let plain = try BuiltProgram.shell(
        environment + "\"$martlet\" pull someone/small --to \(directory)/plain --exclude '*.safetensors'")
      #expect(plain.output == "\(directory)/plain\n")
      #expect(try FileSystem.names(inDirectory: directory + "/plain") == ["config.json"])
    }
  }

  /// Killed in the midst of a file: the next time, only the rest is fetched.
  @Test func aKilledDownloadIsGoneOnWith() throws {
    try withHub { hub, directory, environment in
      hub.misbehave { request, reply in if request.isStorage { reply.delay = 0.01 } }
      let partial = "\(directory)/home/hub/models--someone--small/blobs/\(Self.weights.tag).incomplete"
      let killed = try BuiltProgram.shell(
        environment + """
          "$martlet" pull someone/small > \(directory)/log 2>&1 &
          while [ "$(wc -c < \(partial) 2>/dev/null || echo 0)" -lt 50000 ]; do sleep 0.01; done
          kill -KILL $!; wait $!
          """)
      #expect(killed.status == 137)
      hub.misbehave { _, _ in }
      hub.forgetRequests()
      let resumed = try BuiltProgram.shell(environment + "\"$martlet\" pull someone/small --json")
      #expect(resumed.status == 0, "\(resumed.errors)")
      let start = hub.requests.first { $0.isStorage }?.start ?? 0
      #expect(start >= 50_000)
      #expect(try resumed.json["fetched_bytes"]?.int == 400_000 - start)
      let directory = try resumed.json["directory"]?.string ?? ""
      #expect(try FileSystem.read(directory + "/model.safetensors") == Self.weights.content)
    }
  }

  @Test func whatGoesWrongIsOneSentence() throws {
    try withHub { hub, directory, environment in
      func expectError(_ line: String, _ fragment: String) throws {
        let result = try BuiltProgram.shell(environment + line)
        #expect(result.status != 0 && result.output.isEmpty)
        #expect(result.errors.hasPrefix("error: ") && result.errors.contains(fragment), "\(result.errors)")
      }
      try expectError("\"$martlet\" pull 'a b'", "expected OWNER/NAME")
      try expectError("\"$martlet\" pull someone/other", "no such model")
      try expectError("HF_ENDPOINT=none \"$martlet\" pull a/b", "HF_ENDPOINT")
      hub.misbehave { _, reply in reply = FakeHub.Reply(401) }
      try expectError("\"$martlet\" pull someone/small", "HF_TOKEN")
    }
  }
}
