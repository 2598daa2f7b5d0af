import MartletText
import Testing

/// `martlet bench infer`: what it prints and what it refuses; never how fast it is.
@Suite struct BenchInferCommandTests {
  private let small = [
    "bench", "infer", "--architecture", "llama", "--layers", "2", "--heads", "4", "--key-value-heads", "2",
    "--width",
    "32", "--vocabulary", "90", "--prompt-tokens", "5", "--decode-tokens", "3", "--repetitions", "2",
  ]

  @Test(arguments: ["float32", "bfloat16"]) func reportsRatesAndMemory(_ weights: String) throws {
    let result = try BuiltProgram.run(small + ["--weights", weights, "--sequences", "3", "--json"])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let report = try result.json
    for key in ["prompt_tokens_per_second", "decode_tokens_per_second", "peak_memory_bytes"] {
      #expect(try #require(report[key]?.double) > 0, "\(key)")
    }
    #expect(report["weights"]?.string == weights && report["sequences"]?.int == 3)
  }

  @Test func showsATableWithoutJSON() throws {
    let result = try BuiltProgram.run(small)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    for word in ["prompt:", "tokens:", "memory:", "float32", "tokens a second"] {
      #expect(result.output.contains(word), "\(result.output)")
    }
  }

  @Test(arguments: [
    (["--prompt-tokens", "0"], "--prompt-tokens must be at least 1, not 0"),
    (["--decode-tokens", "-1"], "--decode-tokens must be at least 1, not -1"),
    (["--sequences", "0"], "--sequences must be at least 1, not 0"),
    (["--repetitions", "0"], "--repetitions must be at least 1, not 0"),
    (["--vocabulary", "0"], "--vocabulary must be from 1 to"),
    (["--context", "7"], "are more than the context of 7"),
    (["--heads", "5"], "--width 32 must be a multiple of --heads 5"),
    (["--architecture", "other"], "--architecture other is not known"),
    (["--vocabulary", "2000000000", "--width", "65536"], "needs at least"),
    (["--weights", "int4"], "--weights"),
  ]) func refuses(_ options: [String], _ fragment: String) throws {
    let result = try BuiltProgram.run(small + options)
    #expect(result.status != 0 && result.status < 128)
    #expect(result.errors.hasPrefix("error: ") && result.errors.contains(fragment), "\(result.errors)")
  }

  #if os(Linux)
    /// Memory that is not there when it is needed is one sentence too, not a trap.
    @Test func saysThatMemoryIsOut() throws {
      let result = try BuiltProgram.shell(
        "ulimit -v 900000; \"$martlet\" bench infer --layers 2 --width 2048 --heads 16 --vocabulary 50000")
      #expect(result.status == 1)
      #expect(result.errors.hasPrefix("error: out of memory: ") && result.errors.hasSuffix("model\n"))
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }
  #endif
}
