import MartletText
import Testing

@testable import MartletTraining

/// Where text comes from, and how it is cut.
@Suite struct TextDataTests {
  @Test func filesAndDirectories() throws {
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.createDirectory("\(directory)/b")
      try FileSystem.write("last\n", to: "\(directory)/c.txt")
      try FileSystem.write("# Title", to: "\(directory)/a.md")
      try FileSystem.write("hidden", to: "\(directory)/a.png")
      try FileSystem.write(
        "{\"text\": \"one\"}\n\n{\"id\": 3, \"text\": \"two\\né\"}\r\n{\"text\": \"\"}\n"
          + "{\"prompt\": \"2 + 2 \", \"completion\": \"= 4\"}\n",
        to: "\(directory)/b/lines.jsonl")
      let data = try TextData(paths: [directory])
      // Each file, or line, is a document; documents without text are left out.
      #expect(data.documents == ["# Title", "one", "two\né", "2 + 2 = 4", "last\n"])
      #expect(data.name == directory)
      #expect(data.byteCount == 7 + 3 + 6 + 9 + 5)
      let files = try TextData(paths: ["\(directory)/c.txt", "\(directory)/a.png"])
      #expect(files.documents == ["last\n", "hidden"])
    }
  }

  @Test func badInput() throws {
    try TestFiles.withTemporaryDirectory { directory in
      func expectError(_ name: String, _ bytes: [UInt8], _ parts: String...) throws {
        try FileSystem.write(bytes, to: "\(directory)/\(name)")
        for part in parts {
          MartletTrainingTests.expectError("\(directory)/\(name)", part) {
            _ = try TextData(paths: ["\(directory)/\(name)"])
          }
        }
      }
      try expectError("empty.txt", [], "the file is empty")
      try expectError("latin.txt", [0x63, 0x61, 0x66, 0xe9], "not UTF-8", "0xe9", "offset 3")
      try expectError("blank.jsonl", Array("\n\n".utf8), "no text")
      try expectError("cut.jsonl", Array("{\"text\": \"a\"}\n{\"text\": ".utf8), "line 2", "not valid JSON")
      try expectError("key.jsonl", Array("\n{\"texts\": \"a\"}".utf8), "line 2", "\"text\" is missing")
      try expectError("kind.jsonl", Array("{\"text\": 3}".utf8), "line 1", "\"text\" must be a string")
      MartletTrainingTests.expectError("\(directory)/none.txt", "does not exist") {
        _ = try TextData(paths: ["\(directory)/none.txt"])
      }
      try FileSystem.createDirectory("\(directory)/images/old")
      MartletTrainingTests.expectError("\(directory)/images", "no .txt, .md or .jsonl file") {
        _ = try TextData(paths: ["\(directory)/images"])
      }
      MartletTrainingTests.expectError("nothing: there is no text") {
        _ = try TextData(name: "nothing", documents: ["", ""])
      }
    }
  }

  @Test func aDigestTellsTextsApart() throws {
    func digest(_ documents: String...) throws -> String {
      try TextData(name: "\(documents.count)", documents: documents).digest
    }
    let texts = try [
      digest("ab"), digest("a", "b"), digest("b", "a"), digest("ab "), digest("é"), digest("e\u{301}"),
    ]
    #expect(Set(texts).count == texts.count)
    #expect(try digest("ab") == texts[0])
  }

  @Test func oneDocumentIsCutAtAScalar() throws {
    let text = "0123456é8e\u{301}"
    let data = try TextData(name: "one", documents: [text])
    for (fraction, count) in [(0.1, 9), (0.09, 10), (0.5, 5), (0.3, 7), (0.99, 0)] {
      let (training, heldOut, continues) = data.split(holdingOut: fraction)
      #expect(training.count == 1 && heldOut.count == 1 && continues)
      #expect(training[0].unicodeScalars.count == count, "\(fraction)")
      #expect(Array((training[0] + heldOut[0]).utf8) == Array(text.utf8))
    }
    let (training, heldOut, continues) = data.split(holdingOut: 0)
    #expect(training == [text] && heldOut.isEmpty && !continues)
    // The one that the literature uses: 1 003 854 of 1 115 394 characters.
    let long = try TextData(name: "long", documents: [String(repeating: "x", count: 1_115_394)])
    #expect(long.split(holdingOut: 0.1).training[0].utf8.count == 1_003_854)
  }

  @Test func severalDocumentsAreHeldOutWhole() throws {
    let documents = (0..<40).map { String(repeating: $0 % 2 == 0 ? "aé" : "xyz", count: 5) }  // 15 bytes each
    let data = try TextData(name: "forty", documents: documents)
    for (fraction, first) in [(0.0, 40), (0.001, 39), (0.025, 39), (0.026, 38), (0.3, 28), (0.95, 2)] {
      let (training, heldOut, continues) = data.split(holdingOut: fraction)
      #expect(training == Array(documents[..<first]), "\(fraction)")
      #expect(heldOut == Array(documents[first...]), "\(fraction)")
      #expect(!continues)
    }
  }

  /// A long document at the place of the cut is cut, so that the fraction holds.
  @Test func aLongDocumentAmongSeveralIsCut() throws {
    let (short, long) = ("short", String(repeating: "é", count: 1000))
    let (training, heldOut, continues) = try TextData(name: "two", documents: [short, long, short])
      .split(holdingOut: 0.1)
    #expect(continues && training.count == 2 && heldOut.count == 2)
    #expect(training[0] == short && heldOut[1] == short && training[1] + heldOut[0] == long)
    let bytes = heldOut.reduce(0) { $0 + $1.utf8.count }
    #expect(abs(bytes - 201) <= 2)
    // Never nothing to train on.
    #expect(try !TextData(name: "two", documents: ["a", long]).split(holdingOut: 0.9).training.isEmpty)
  }
}
