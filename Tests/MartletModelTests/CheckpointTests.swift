import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Tensors in several files that an index names.
@Suite struct CheckpointTests {
  private static let first: [(name: String, tensor: Tensor)] = [("a", Tensor([1, 2], shape: [2]))]
  private static let second: [(name: String, tensor: Tensor)] = [
    ("b", Tensor([3, 4, 5], shape: [1, 3])), ("c", Tensor(6)),
  ]
  private static let map: JSONObject = ["a": "1.safetensors", "b": "2.safetensors", "c": "2.safetensors"]

  /// Runs `body` with a directory of two files and an index over them.
  private func withShards(
    _ change: (inout JSONObject) -> Void = { _ in }, _ body: (String) throws -> Void
  ) throws {
    try TestFiles.withTemporaryDirectory { directory in
      try Safetensors.write(Self.first, to: "\(directory)/1.safetensors")
      try Safetensors.write(Self.second, to: "\(directory)/2.safetensors")
      var map = Self.map
      change(&map)
      let index: JSON = ["metadata": ["total_size": 24], "weight_map": .object(map)]
      try FileSystem.write(index.pretty, to: "\(directory)/\(ModelFile.weightsIndex)")
      try body(directory)
    }
  }

  /// Checks that a changed index is refused with all of `parts`.
  private func expectRefused(
    _ parts: String..., change: (inout JSONObject) -> Void, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withShards(change) { directory in
      do {
        _ = try Checkpoint(directory: directory)
        Issue.record("no error, where one about \(parts) was expected", sourceLocation: sourceLocation)
      } catch let error as MartletError {
        for part in parts + [ModelFile.weightsIndex] {
          #expect(error.message.contains(part), "\(error.message)", sourceLocation: sourceLocation)
        }
      }
    }
  }

  @Test func tensorsOfSeveralFilesAreRead() throws {
    try withShards { directory in
      let checkpoint = try Checkpoint(directory: directory)
      #expect(checkpoint.names == ["a", "b", "c"] && checkpoint.byteCount == 24)
      #expect(checkpoint.shape(of: "b") == [1, 3] && checkpoint.type(of: "c") == "F32")
      let scalars = try ["a", "b", "c"].map { try checkpoint[$0]?.scalars }
      #expect(scalars == [[1, 2], [3, 4, 5], [6]])
      #expect(checkpoint.shape(of: "d") == nil && checkpoint.bytes(of: "d") == nil)
      #expect(checkpoint.file(of: "b").hasSuffix("/2.safetensors"))
      #expect(checkpoint.bytes(of: "c") == [0, 0, 0xC0, 0x40])
    }
  }

  /// As `transformers` does: a single file comes before an index.
  @Test func aSingleFileComesFirst() throws {
    try withShards { directory in
      try Safetensors.write(Self.second, to: "\(directory)/model.safetensors")
      #expect(try Checkpoint(directory: directory).names == ["b", "c"])
    }
  }

  @Test func indicesThatLie() throws {
    try expectRefused("\"3.safetensors\"", "missing") { $0["d"] = "3.safetensors" }
    try expectRefused("1.safetensors\"", "does not hold the tensor \"d\"") { $0["d"] = "1.safetensors" }
    try expectRefused("1.safetensors\"", "does not hold the tensor \"b\"") { $0["b"] = "1.safetensors" }
    try expectRefused("names no tensor") { $0 = [:] }
    try expectRefused("weight_map.a", "a string") { $0["a"] = 1 }
    for name in [
      "../1.safetensors", "/etc/1.safetensors", "x/1.safetensors", "..", "", "1.bin", "a\\1.safetensors",
      "\u{0}1.safetensors",
    ] {
      try expectRefused("weight_map.a", "beside the index") { $0["a"] = .string(name) }
    }
  }

  @Test func aTensorInTwoFiles() throws {
    try withShards { directory in
      try Safetensors.write(Self.first + Self.second, to: "\(directory)/1.safetensors")
      expectError("1.safetensors", "2.safetensors", "\"b\"", "only once") {
        _ = try Checkpoint(directory: directory)
      }
    }
  }

  @Test func otherThingsThanAnIndex() throws {
    for text in [
      "", "[]", "{}", "{\"weight_map\": []}", "{\"weight_map\": {\"a\": \"1.safetensors\", \"a\": 1}}",
    ] {
      try withShards { directory in
        try FileSystem.write(text, to: "\(directory)/\(ModelFile.weightsIndex)")
        expectError(ModelFile.weightsIndex) { _ = try Checkpoint(directory: directory) }
      }
    }
    try TestFiles.withTemporaryDirectory { directory in
      expectError("model.safetensors", "does not exist") { _ = try Checkpoint(directory: directory) }
    }
  }

  /// Names are told apart by their bytes, not as Swift's strings are.
  @Test func namesThatLookTheSame() throws {
    try TestFiles.withTemporaryDirectory { directory in
      let file = "\(directory)/t.safetensors"
      try Safetensors.write([("\u{E9}", Tensor(1)), ("e\u{301}", Tensor(2))], to: file)
      let checkpoint = try Checkpoint(file: file)
      let both = try [checkpoint["\u{E9}"]?.scalar, checkpoint["e\u{301}"]?.scalar]
      #expect(both == [1, 2])
    }
  }
}
