import MartletText
import Testing

/// `martlet bench` end to end: what it prints, never how fast anything is.
@Suite struct BenchCommandTests {
  @Test func machineAsJSON() throws {
    let result = try BuiltProgram.run(["bench", "machine", "--seconds", "0", "--json"])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let json = try result.json
    #expect(try #require(json["threads"]?.int) >= 1)
    #expect(json["instruction_set"]?.string?.isEmpty == false)
    for figures in [json, try #require(json["one_thread"])] {
      for key in ["float32_product", "bfloat16_product"] {
        #expect(try #require(figures[key + "_gflops"]?.double) > 0)
      }
      for key in ["read", "copy"] {
        #expect(try #require(figures[key + "_gigabytes_per_second"]?.double) > 0)
      }
      let products = try #require(figures["products"]?.array)
      #expect(products.count == 12)
      let rates = products.filter { $0["precision"]?.string == "float32" }.compactMap { $0["gflops"]?.double }
      #expect(rates.count == 6 && rates.max() == figures["float32_product_gflops"]?.double)
      #expect(Set(products.compactMap { $0["layout"]?.string }) == ["NT", "NN", "TN"])
    }
  }

  @Test func machineAsATable() throws {
    let result = try BuiltProgram.shell(
      "MARTLET_THREADS=1 \"$martlet\" bench machine --seconds 0")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    #expect(lines.first?.hasSuffix("1 thread  1 thread") == true)
    #expect(lines.filter { $0.hasSuffix("GFLOP/s") }.count == 14)
    #expect(lines.filter { $0.hasSuffix("GB/s") }.count == 2)
  }

  private static let sizes = [
    "--layers", "1", "--heads", "2", "--width", "16", "--context", "8", "--vocabulary", "32", "--batch-size",
    "3", "--steps", "2",
  ]

  @Test(arguments: ["float32", "bfloat16"]) func trainAsJSON(precision: String) throws {
    let result = try BuiltProgram.run(["bench", "train", "--precision", precision, "--json"] + Self.sizes)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let json = try result.json
    for key in ["seconds_per_step", "tokens_per_second", "peak_memory_bytes", "product_gflops"] {
      #expect(try #require(json[key]?.double) > 0, "\(key)")
    }
    // A block has 12 · 16² weights in products, the head 512; queries see 36 keys in each of 3 rows.
    let (weights, keysSeen) = (12 * 256 + 512, 36 * 3)
    let operations = Double(6 * weights * 24 + 12 * 16 * keysSeen)
    #expect(json["operations_per_step"]?.double == operations)
    let seconds = try #require(json["seconds_per_step"]?.double)
    let rate = try #require(json["product_gflops"]?.double) * 1e9
    let fraction = try #require(json["fraction_of_product_rate"]?.double)
    #expect(abs(fraction * rate * seconds / operations - 1) < 1e-6)
    #expect(json["precision"]?.string == precision)
  }

  @Test func trainAsLines() throws {
    let result = try BuiltProgram.run(["bench", "train"] + Self.sizes)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.output.split(separator: "\n").filter { $0.hasPrefix("step: ") }.count == 2)
    for part in ["24 tokens a step", "of memory at most", "GFLOP a step", "of float32 products"] {
      #expect(result.output.contains(part), "\(part)")
    }
  }

  @Test(arguments: [
    (["machine", "--seconds", "-1"], "--seconds must be from 0 to 3600"),
    (["machine", "--seconds", "long"], "--seconds"), (["machine", "1"], "Unexpected argument"),
    (["train", "--precision", "float8"], "--precision"), (["train", "--steps", "0"], "--steps must be"),
    (["train", "--vocabulary", "0"], "--vocabulary must be"),
    (["train", "--heads", "3"], "must be a multiple of --heads 3"),
    (["train", "--batch-size", "1000000000"], "memory"), (["speed"], "speed"),
  ])
  func badOptions(options: [String], expected: String) throws {
    let result = try BuiltProgram.run(["bench"] + options)
    #expect(result.status != 0 && result.status < 128 && result.output.isEmpty)
    #expect(result.errors.hasPrefix("error: "), "\(result.errors)")
    #expect(result.errors.contains(expected), "\(result.errors)")
  }
}
