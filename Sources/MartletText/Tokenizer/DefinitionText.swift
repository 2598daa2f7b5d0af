/// The text of a `tokenizer.json`, of which the vocabulary and the merges are read without making a tree of them.
struct DefinitionText: Sendable {
  private let text: [UInt8]
  let file: String
  /// The whole but for its large parts.
  let root: JSONReader
  private let places: [[String]: Range<Int>]

  private static let largeParts = [["model", "vocab"], ["model", "merges"]]

  init(_ text: [UInt8], file: String) throws(MartletError) {
    self.text = text
    self.file = file
    let parsed = text.withUnsafeBufferPointer { bytes in
      Result { () throws(MartletError) in
        try JSONParser.parse(bytes, file: file, deferring: Self.largeParts)
      }
    }
    let (value, places) = try parsed.get()
    root = try JSONReader(value, file: file)
    self.places = places
  }

  /// Whether the model has a part.
  func hasPart(_ key: String) -> Bool {
    places[["model", key]].map { text[$0.lowerBound] != UInt8(ascii: "n") } ?? false
  }

  /// Calls `body` with a parser at a large part of the model.
  ///
  /// - Parameters:
  ///   - first: the byte that the part must begin with.
  ///   - expected: what the part must be, in words for messages.
  /// - Throws: when the part is missing or something else.
  func withPart(
    _ key: String, beginningWith first: UInt8, expected: String,
    _ body: (inout JSONParser) throws(MartletError) -> Void
  ) throws(MartletError) {
    guard let place = places[["model", key]], hasPart(key) else {
      throw MartletError("\(file): the key \"model.\(key)\" is missing; expected \(expected)")
    }
    let result = text.withUnsafeBufferPointer { bytes in
      Result { () throws(MartletError) in
        var parser = JSONParser(
          bytes: bytes.baseAddress!, count: bytes.count, file: file, position: place.lowerBound)
        guard parser.isNext(first) else {
          throw MartletError(
            "\(file): \"model.\(key)\" must be \(expected), found \(try parser.value().kind)")
        }
        try body(&parser)
      }
    }
    try result.get()
  }
}
