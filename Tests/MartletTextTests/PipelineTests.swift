import Testing

@testable import MartletText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tokenizers of all parts give the ids, tokens, offsets and texts of the `tokenizers` library.
///
/// `MARTLET_PIPELINES` names a folder of more of them, which `fuzz_pipelines.py` makes.
struct PipelineTests {
  /// The tokenizers of a file, each with what the library made of texts and ids.
  static func pipelines(_ file: String) throws -> [JSONReader] {
    let list = try #require(try JSON(file: file).array)
    return try list.enumerated().map { try JSONReader($1, file: "\(file)[\($0)]") }
  }

  @Test func golden() throws {
    for pipeline in try Self.pipelines(TestFiles.golden("pipelines.json")) { try check(pipeline) }
  }

  @Test(.enabled(if: getenv("MARTLET_PIPELINES") != nil)) func moreOfThem() throws {
    let folder = String(cString: getenv("MARTLET_PIPELINES"))
    var count = 0
    for name in try FileSystem.names(inDirectory: folder).sorted() {
      for pipeline in try Self.pipelines(FileSystem.join(folder, name)) { count += try check(pipeline) }
    }
    print("\(count) texts and lists of ids were compared")
  }

  /// Compares everything; returns how much that was.
  @discardableResult private func check(_ pipeline: JSONReader) throws -> Int {
    let definition = JSON.object(try pipeline.reader("definition").members)
    let tokenizer = try Tokenizer(definition: definition, configuration: .null, file: pipeline.file)
    let encoded = try pipeline.readers("encoded")
    for known in encoded {
      let text: String = try known.required("text")
      let ids = try known.required("ids", as: [Int].self).map { Int32($0) }
      let (parses, adds) = (try known.optional("parse") ?? false, try known.optional("add") ?? false)
      let found = tokenizer.encoding(
        of: text, addingSpecialTokens: adds, specialTokens: parses ? .everywhere : .nowhere)
      let comment: Comment = "\(pipeline.file) \(text.debugDescription)"
      #expect(found.ids == ids, comment)
      let tokens = try known.required("tokens", as: [String].self)
      #expect(found.tokens.map(UTF8Key.init) == tokens.map(UTF8Key.init), comment)
      #expect(
        found.offsets.flatMap { [$0.lowerBound, $0.upperBound] } == (try known.required("offsets")), comment)
      let fast = tokenizer.encode(text, addingSpecialTokens: adds, parsingSpecialTokens: parses)
      #expect(fast == ids, comment)
    }
    let decoded = try pipeline.readers("decoded")
    for known in decoded {
      let ids = try known.required("ids", as: [Int].self).map { Int32($0) }
      let (skips, text): (Bool, String) = (try known.required("skip"), try known.required("text"))
      let comment: Comment = "\(pipeline.file) \(ids)"
      let found = tokenizer.decode(ids, skippingSpecialTokens: skips)
      #expect(UTF8Key(found) == UTF8Key(text), comment)
      var stream = TokenStream(tokenizer, skippingSpecialTokens: skips)
      let pieces = ids.map { stream.push($0) } + [stream.finish()]
      // Where bytes are no UTF-8, a stream gives whole characters that the library gives up with the bad ones.
      if !text.unicodeScalars.contains("\u{FFFD}") {
        #expect(UTF8Key(pieces.joined()) == UTF8Key(text), comment)
      }
    }
    return encoded.count + decoded.count
  }
}
