/// The special tokens that stand before and after every text: `post_processor` of `tokenizer.json`.
struct PostProcessor: Sendable {
  private(set) var before: [Int32] = []
  private(set) var after: [Int32] = []

  init(_ reader: JSONReader?) throws(MartletError) {
    let kinds: PipelinePart.Kinds<(before: [Int32], after: [Int32])> = [
      // ByteLevel trims offsets here, which leaves ids as they are.
      "ByteLevel": { _ in ([], []) },
      "TemplateProcessing": { reader throws(MartletError) in try Self.template(reader) },
    ]
    for part in try PipelinePart.read(reader, sequence: "processors", what: "post-processor", kinds) {
      before = part.before + before
      after += part.after
    }
  }

  /// The template of a single text; that of pairs of texts has no use here.
  private static func template(
    _ reader: JSONReader
  ) throws(MartletError) -> (before: [Int32], after: [Int32]) {
    let specialTokens = try reader.reader("special_tokens")
    var (before, after): ([Int32], [Int32]) = ([], [])
    var hasText = false
    for item in try reader.readers("single") {
      if item["Sequence"] != nil {
        guard !hasText else { throw UnsupportedPart.error(reader, "a template that repeats the text") }
        hasText = true
        continue
      }
      let name = try item.reader("SpecialToken").required("id", as: String.self)
      let ids = try specialTokens.reader(name).required("ids", as: [Int].self).map {
        Int32(exactly: $0) ?? -1
      }
      if hasText { after += ids } else { before += ids }
    }
    guard hasText else { throw UnsupportedPart.error(reader, "a template without the text") }
    return (before, after)
  }
}
