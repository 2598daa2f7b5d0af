import MartletTensor
import MartletText
import Testing

@testable import MartletModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files of tensors: what is written is read, and damaged ones get one sentence.
@Suite struct SafetensorsTests {
  /// The bytes of a file with this header and so many bytes of data.
  static func bytes(_ header: String, data: Int, claimedLength: UInt64? = nil) -> [UInt8] {
    let length = claimedLength ?? UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
      + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
  }

  private func read(_ bytes: [UInt8], _ body: (Safetensors) throws -> Void = { _ in }) throws {
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(bytes, to: "\(directory)/t.safetensors")
      try body(Safetensors(file: "\(directory)/t.safetensors"))
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    let tensors: [(name: String, tensor: Tensor)] = [
      ("b", Tensor([1.5, -0.0, .infinity, .leastNonzeroMagnitude], shape: [2, 2])),
      ("a/β \"quoted\"", Tensor([3], shape: [1, 1, 1])), ("empty", .zeros([0, 4])), ("single", Tensor(7)),
    ]
    try TestFiles.withTemporaryDirectory { directory in
      let file = "\(directory)/t.safetensors"
      try Safetensors.write(tensors, metadata: ["z": "1", "y": "{\"two\": 2}"], to: file)
      let stored = try Safetensors(file: file)
      #expect(stored.metadata == ["z": "1", "y": "{\"two\": 2}"])
      #expect(stored.names == tensors.map(\.name).sorted())
      for (name, tensor) in tensors {
        #expect(stored.shape(of: name) == tensor.shape)
        let read = try stored[name]
        #expect(read.map { bits($0.scalars) } == bits(tensor.scalars))
      }
      let absent = try stored["c"]
      #expect(absent == nil && stored.shape(of: "c") == nil)
      // The data starts at a multiple of eight bytes.
      #expect(try FileSystem.read(file)[0] % 8 == 0)
    }
  }

  /// A mask or a counter beside the weights is no hindrance, as long as nobody asks for it.
  @Test func typesThatAreNotSupportedAreLeftAlone() throws {
    let header =
      #"{"mask":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]},"a":{"dtype":"F32","shape":[2],"#
      + #""data_offsets":[3,11]},"count":{"dtype":"I64","shape":[],"data_offsets":[11,19]}}"#
    try read(Self.bytes(header, data: 19)) { stored in
      #expect(stored.names == ["a", "count", "mask"])
      let a = try stored["a"]
      #expect(a?.shape == [2])
      #expect(stored.shape(of: "mask") == [3])
      #expect(stored.bytes(of: "mask") == [0, 1, 2] && stored.type(of: "mask") == "BOOL")
      #expect(stored.bytes(of: "count") == Array(11..<19) && stored.bytes(of: "none") == nil)
      expectError("t.safetensors", "\"mask\"", "the type BOOL", "convert") { _ = try stored["mask"] }
      expectError("t.safetensors", "\"count\"", "the type I64") { _ = try stored["count"] }
    }
  }

  @Test func everyTruncationIsAnError() throws {
    let whole = Self.bytes(
      #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"b":{"dtype":"BF16","shape":[2,2],"#
        + #""data_offsets":[12,20]}}"#, data: 20)
    try read(whole) { #expect($0.names == ["a", "b"]) }
    for length in 0..<whole.count {
      expectError("t.safetensors") { try read(Array(whole[..<length])) }
    }
    expectError("t.safetensors", "1 bytes follow") { try read(whole + [0]) }
  }

  @Test func headersThatLie() {
    for length: UInt64 in [1 << 40, 1 << 63, .max, 28] {
      expectError("t.safetensors", "\(length)", "truncated or not a safetensors file") {
        try read(Self.bytes("{}", data: 25, claimedLength: length))
      }
    }
    expectError("t.safetensors", "not valid JSON") {
      try read(Self.bytes("{}", data: 25, claimedLength: 20))
    }
    expectError("t.safetensors", "100000001 bytes, where at most 100000000") {
      try TestFiles.withTemporaryDirectory { directory in
        // A file with a hole, which takes no room on the disk.
        let file = "\(directory)/t.safetensors"
        try FileSystem.write(Self.bytes("{}", data: 0, claimedLength: 100_000_001), to: file)
        #expect(truncate(file, 100_000_100) == 0)
        _ = try Safetensors(file: file)
      }
    }
    expectError("t.safetensors", "is empty") { try read(Self.bytes("", data: 0)) }
  }

  @Test(arguments: [
    ("[]", "does not begin with {"),
    (" {}", "does not begin with {"),
    (#"{"__metadata__": {"format": 3}}"#, "\"__metadata__.format\" must be a string"),
    (#"{"a": {"dtype": "F99", "shape": [3], "data_offsets": [0, 12]}}"#, "the type \"F99\", which is none"),
    (#"{"a": {"dtype": "U8", "shape": [8], "data_offsets": [0, 12]}}"#, "needs 8 bytes"),
    (#"{"a": {"dtype": "F4", "shape": [3], "data_offsets": [0, 12]}}"#, "impossible shape [3]"),
    ("{\"a\": 3}", "\"a\""),
    (#"{"a": {"shape": [1], "data_offsets": [0, 4]}}"#, "\"a.dtype\" is missing"),
    (#"{"a": {"dtype": "F32", "data_offsets": [0, 4]}}"#, "\"a.shape\" is missing"),
    (#"{"a": {"dtype": "F32", "shape": [1]}}"#, "\"a.data_offsets\" is missing"),
    (#"{"a": {"dtype": "F32", "shape": "1", "data_offsets": [0, 4]}}"#, "\"a.shape\" must be an array"),
    (#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 1e300]}}"#, "\"a.data_offsets\""),
    (#"{"a": {"dtype": "I64", "shape": [-1], "data_offsets": [0, 8]}}"#, "impossible shape [-1]"),
    (#"{"a": {"dtype": "I64", "shape": [1], "data_offsets": [8, 0]}}"#, "data_offsets are [8, 0]"),
    (#"{"a": {"dtype": "I64", "shape": [2], "data_offsets": [0, 16]}}"#, "truncated"),
    (#"{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}"#, "impossible shape [-1]"),
    (
      #"{"a": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 4]}}"#,
      "impossible shape"
    ),
    (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}"#, "needs 8 bytes"),
    (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}"#, "needs 8 bytes"),
    (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}"#, "needs 8 bytes"),
    (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0]}}"#, "needs 8 bytes"),
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [9223372036854775800, 9223372036854775807]}}"#,
      "needs 8 bytes"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [9223372036854775799, 9223372036854775807]}}"#,
      "truncated"
    ),
    (#"{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}"#, "truncated"),
    (#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"#, "8 bytes follow"),
    (#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}}"#, "hole"),
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "#
        + #""b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}"#, "\"b\" overlap"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]}, "#
        + #""a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]}}"#, "stands twice"
    ),
  ]) func impossibleEntries(header: String, expected: String) {
    expectError("t.safetensors", expected) { try read(Self.bytes(header, data: 12)) }
  }
}
