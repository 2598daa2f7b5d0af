import MartletText
import Testing

/// `martlet bench tokenize`: the shape of what it prints, never how fast it was.
@Suite struct BenchTokenizeTests {
  @Test func reportsSpeedAndCounts() throws {
    try TestRun.with { run in
      let file = run + "/text.txt"
      try FileSystem.write(TestRun.text, to: file)
      for path in [run, run + "/tokenizer.json"] {
        let arguments = ["bench", "tokenize", "--tokenizer", path, "--file", file, "--repetitions", "3"]
        let result = try BuiltProgram.run(arguments + ["--json"])
        #expect(result.status == 0 && result.errors.isEmpty)
        let json = try result.json
        #expect(
          json.object?.keys == [
            "megabytes_per_second", "first_megabytes_per_second", "bytes", "tokens", "repetitions",
          ])
        for key in ["megabytes_per_second", "first_megabytes_per_second"] {
          #expect(try #require(json[key]?.double) > 0)
        }
        #expect(json["bytes"]?.int == TestRun.text.utf8.count)
        #expect(json["tokens"]?.int == (try Tokenizer(contentsOf: run).encode(TestRun.text).count))
        #expect(json["repetitions"]?.int == 3)
        let plain = try BuiltProgram.run(arguments)
        #expect(plain.status == 0 && plain.output.split(separator: "\n").count == 1)
        #expect(plain.output.contains("MB/s"))
      }
    }
  }

  @Test func badInputIsOneSentence() throws {
    try TestRun.with { run in
      try FileSystem.write("", to: run + "/empty.txt")
      try FileSystem.write([0x61, 0xFF], to: run + "/bytes.txt")
      func expectError(_ tokenizer: String, _ file: String, _ more: String..., error: String) throws {
        let result = try BuiltProgram.run(
          ["bench", "tokenize", "--tokenizer", tokenizer, "--file", file] + more)
        #expect(result.status != 0 && result.status < 128 && result.output.isEmpty)
        #expect(result.errors.hasPrefix("error: ") && result.errors.contains(error), "\(result.errors)")
      }
      try expectError(run, run + "/none.txt", error: "none.txt: it does not exist")
      try expectError(run, run + "/empty.txt", error: "empty.txt is empty; give a text to encode")
      try expectError(run, run + "/bytes.txt", error: "is not UTF-8 text")
      try expectError(run + "/none", run + "/bytes.txt", error: "none: it does not exist")
      try expectError(
        run, run + "/bytes.txt", "--repetitions", "0", error: "--repetitions must be from 1 to 10000, not 0")
    }
  }
}
