import Testing

@testable import MartletText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

struct FileSystemTests {
  @Test func writesAndReads() throws {
    try TestFiles.withTemporaryDirectory { directory in
      let path = "\(directory)/a/b/file"
      try FileSystem.createDirectory("\(directory)/a/b")
      try FileSystem.createDirectory("\(directory)/a/b/")
      let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      try FileSystem.write(bytes, to: path)
      #expect(try FileSystem.read(path) == bytes)
      try FileSystem.write("é", to: path)
      #expect(try FileSystem.readText(path) == "é")
      try FileSystem.write([], to: path)
      #expect(try FileSystem.read(path) == [])
      #expect(try FileSystem.names(inDirectory: "\(directory)/a/b") == ["file"])
    }
  }

  /// A shell's `<(command)` is a pipe: text may come from one, and a mapping must not wait for a writer.
  @Test func pipesAreReadAndNotMapped() throws {
    try TestFiles.withTemporaryDirectory { directory in
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      #expect(write(ends[1], "text", 4) == 4)
      close(ends[1])
      #expect(try FileSystem.readText("/dev/fd/\(ends[0])") == "text")
      close(ends[0])

      let path = "\(directory)/pipe"
      try #require(mkfifo(path, 0o600) == 0)
      #expect(
        errorMessage { _ = try FileSystem.map(path) { descriptor, _ in descriptor } }
          == "cannot read \(path): it is a pipe or a device; use a plain file")
    }
  }

  @Test func aFileNotCommittedLeavesNothing() throws {
    try TestFiles.withTemporaryDirectory { directory in
      let path = "\(directory)/file"
      try FileSystem.write("old", to: path)
      do {
        let file = try AtomicFile(path)
        try file.write([1, 2, 3])
        #expect(try FileSystem.names(inDirectory: directory).count == 2)
      }
      #expect(try FileSystem.names(inDirectory: directory) == ["file"])
      #expect(try FileSystem.readText(path) == "old")
    }
  }

  @Test func errorsSayWhatToDo() throws {
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write("x", to: "\(directory)/file")
      #expect(
        errorMessage { _ = try FileSystem.read("\(directory)/missing") }
          == "cannot read \(directory)/missing: it does not exist; check the path")
      #expect(
        errorMessage { _ = try FileSystem.read(directory) }
          == "cannot read \(directory): it is a directory, where a file was expected")
      #expect(
        errorMessage { try FileSystem.write("x", to: directory) }
          == "cannot write \(directory): it is a directory, where a file was expected")
      #expect(
        errorMessage { try FileSystem.write("x", to: "\(directory)/no/file") }
          == "cannot write \(directory)/no/file: the directory \(directory)/no does not exist; create it first"
      )
      #expect(
        errorMessage { try FileSystem.write("x", to: "\(directory)/file/below") }
          == "cannot write \(directory)/file/below: a part of the path is not a directory; check the path")
      #expect(
        errorMessage { try FileSystem.createDirectory("\(directory)/file/below") }
          .hasPrefix("cannot create the directory \(directory)/file: a part of the path is not a directory"))
      #expect(
        errorMessage { _ = try FileSystem.names(inDirectory: "\(directory)/none") }.contains("does not exist")
      )
    }
  }

  /// /dev/full takes no byte: that is how a full disk looks. Only Linux has it.
  @Test(.enabled(if: FileSystem.exists("/dev/full"))) func aFullDiskIsSaid() throws {
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write("x", to: "\(directory)/temporary")
      let full = AtomicFile(
        path: "\(directory)/file", temporaryPath: "\(directory)/temporary",
        descriptor: open("/dev/full", O_WRONLY))
      #expect(
        errorMessage { try full.write([1, 2, 3]) }
          == "cannot write \(directory)/file: no space left on the device; free some space and try again")
      #expect(try FileSystem.names(inDirectory: directory) == [])
    }
  }

  /// The administrator may write anywhere, so the test means nothing for them.
  @Test(.enabled(if: geteuid() != 0)) func anUnwritableDirectoryIsSaid() throws {
    try TestFiles.withTemporaryDirectory { directory in
      chmod(directory, 0o500)
      #expect(
        errorMessage { try FileSystem.write("x", to: "\(directory)/file") }
          == "cannot write \(directory)/file: permission denied; change its permissions or choose another path"
      )
    }
  }

  @Test func badUTF8IsNamed() throws {
    let cases: [([UInt8], Int)] = [
      ([0x61, 0xFF], 1), ([0xC3, 0xA9, 0xC3], 2), ([0xC0, 0x80], 0), ([0xE0, 0x80, 0x80], 0),
      ([0xED, 0xA0, 0x80], 0), ([0xF4, 0x90, 0x80, 0x80], 0), ([0xF0, 0x9F, 0x98], 0), ([0x80], 0),
    ]
    for (bytes, offset) in cases {
      #expect(bytes.withUnsafeBufferPointer { $0.firstInvalidUTF8 } == offset)
      #expect(errorMessage { _ = try FileSystem.text(bytes, file: "f") }.contains("at offset \(offset);"))
    }
    var generator = SplitMix(state: 5)
    for _ in 0..<5000 {
      let bytes = (0..<4).map { _ in UInt8(truncatingIfNeeded: generator.next() | 0x80) }
      let isValid = bytes.withUnsafeBufferPointer { $0.firstInvalidUTF8 } == nil
      #expect(isValid == (String(validating: bytes, as: UTF8.self) != nil))
    }
  }

  @Test func paths() {
    #expect(FileSystem.directory(of: "a/b") == "a")
    #expect(FileSystem.directory(of: "a/b/") == "a")
    #expect(FileSystem.directory(of: "a") == ".")
    #expect(FileSystem.directory(of: "/a") == "/")
    #expect(FileSystem.directory(of: "/") == "/")
    #expect(FileSystem.join("a", "b") == "a/b")
    #expect(FileSystem.join("a/", "b") == "a/b")
  }
}

/// A lock is one holder's, and free again when it lets go.
struct FileLockTests {
  @Test func oneHolderAtATime() throws {
    try TestFiles.withTemporaryDirectory { directory in
      let path = "\(directory)/lock"
      for _ in 0..<2 {
        let held = try FileLock(path)
        #expect(held != nil)
        #expect(try FileLock(path) == nil)
        #expect(try FileLock("\(directory)/other") != nil)
        withExtendedLifetime(held) {}
      }
      #expect(throws: MartletError.self) { _ = try FileLock("\(directory)/none/lock") }
    }
  }
}
