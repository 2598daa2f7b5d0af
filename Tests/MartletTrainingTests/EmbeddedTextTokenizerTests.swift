import MartletText
import Testing

@testable import MartletTraining

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Byte pairs of nearly a megabyte, as the `tokenizers` library learns them: the merges of the embedded text, in its
/// order, and the ids that come of them.
@Suite struct EmbeddedTextTokenizerTests {
  @Test func mergesAreThoseOfTokenizers() throws {
    let tales = EmbeddedText.documents()
    // For the script that makes the golden files, which has no other way to the text.
    if let file = getenv("MARTLET_WRITE_TALES") {
      try FileSystem.write(JSON.array(tales.map { .string($0) }).compact, to: String(cString: file))
    }
    let tokenizer = try Tokenizer.bytePairs(size: 4096, trainingOn: tales)
    let expected = try FileSystem.readText(TestFiles.golden("tales-merges.txt"))
    var merges = ""
    try TestFiles.withTemporaryDirectory { directory in
      try tokenizer.save(to: directory)
      let pairs = try #require(try JSON(file: "\(directory)/tokenizer.json")["model"]?["merges"]?.array)
      #expect(pairs.count == 4096 - 257)
      for pair in pairs { merges += "\(pair[0]?.string ?? "") \(pair[1]?.string ?? "")\n" }
    }
    // Not the texts themselves, which would be printed where they differ.
    let isSame = merges == expected
    #expect(isSame)

    let figures = try JSONReader(file: TestFiles.golden("tales.json"))
    let ids = tales.flatMap { tokenizer.encode($0) }
    #expect(ids.count == (try figures.required("ids")))
    // FNV-1a over the ids as 32-bit words.
    let checksum = ids.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let digits = String(checksum, radix: 16)
    #expect(String(repeating: "0", count: 16 - digits.count) + digits == (try figures.required("checksum")))
  }
}
