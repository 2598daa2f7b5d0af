/// The tokens of a tokenizer, by id and by the bytes of their text.
///
/// Texts are those of `tokenizer.json` ("Ġthe", "<0x0A>"), before any decoder.
struct Vocabulary: Sendable {
  /// The texts in the order they were added.
  private var interner = ByteInterner()
  /// The id of each text; of those that stand twice in a list, the last.
  private var idOfNumber: [Int32] = []
  /// The number of the text of each id, -1 where there is none.
  private var numberOfID: [Int32] = []
  private let file: String
  /// How many texts the model has; those after them were added to it.
  private var modelTexts = 0
  private var largestID = 0

  /// Ids may leave gaps, but not so many that a bad file would exhaust the memory.
  private static let mostGaps = 1_000_000

  /// Reads the object that maps texts to ids.
  ///
  /// - Throws: when a text stands twice, or an id is no integer from 0, is used twice, or is absurdly large.
  init(mapOf definition: DefinitionText) throws(MartletError) {
    file = definition.file
    var ids: [Int] = []
    var interner = ByteInterner()
    try definition.withPart("vocab", beginningWith: UInt8(ascii: "{"), expected: "an object") {
      parser throws(MartletError) in
      try parser.forEachMember { key, parser throws(MartletError) in
        let (number, start) = (interner.intern(key), parser.position)
        if number < ids.count {
          throw parser.error(
            "the key \(ReadableText.quoted(Self.text(key))) stands twice in one object", found: false)
        }
        var value = parser.plainInteger()
        if value == nil { value = try parser.value().int }
        guard let id = value else {
          parser.position = start
          let members = JSONObject([(Self.text(key), try parser.value())])
          throw try JSONReader(.object(members), file: parser.file, path: "model.vocab").unexpected(
            Self.text(key), expected: "a token id, an integer")
        }
        ids.append(id)
      }
    }
    self.interner = interner
    largestID = ids.count + Self.mostGaps
    idOfNumber.reserveCapacity(ids.count)
    numberOfID = Array(repeating: -1, count: ids.count)
    for (number, id) in ids.enumerated() { try place(number, at: id) }
    modelTexts = interner.count
  }

  /// Reads the list of texts with their scores; the id of a text is its place.
  ///
  /// - Parameter scores: the score of each id.
  init(listOf definition: DefinitionText, scores: inout [Double]) throws(MartletError) {
    file = definition.file
    var interner = ByteInterner()
    var (ids, numbers): ([Int32], [Int32]) = ([], [])
    var scratch: [UInt8] = []
    try definition.withPart("vocab", beginningWith: UInt8(ascii: "["), expected: "an array") {
      parser throws(MartletError) in
      try parser.forEachElement { place, parser throws(MartletError) in
        let start = parser.position
        var score: Double?
        if parser.isNext(UInt8(ascii: "[")) {
          try parser.forEachElement { part, parser throws(MartletError) in
            if part == 0, parser.isNext(UInt8(ascii: "\"")) {
              let number = interner.intern(try parser.stringBytes(&scratch))
              if number == ids.count { ids.append(0) }
              ids[number] = Int32(truncatingIfNeeded: place)
              numbers.append(Int32(truncatingIfNeeded: number))
            } else {
              let number = part == 1 ? parser.numberAsInRust() : nil
              if number == nil { _ = try parser.value() }
              score = number
            }
          }
        }
        guard let score, numbers.count == place + 1 else {
          parser.position = start
          throw MartletError(
            "\(parser.file): the key \"model.vocab[\(place)]\" must be a token and its score, found "
              + "\(String(try parser.value().compact.prefix(80)))")
        }
        scores.append(score)
      }
    }
    (self.interner, idOfNumber, numberOfID) = (interner, ids, numbers)
    largestID = numbers.count + Self.mostGaps
    modelTexts = interner.count
  }

  /// One more than the largest id.
  var count: Int { numberOfID.count }

  /// Adds a token to those of the model; doing it again with the same id changes nothing.
  mutating func add(_ text: String, id: Int) throws(MartletError) {
    let number = interner.intern(text)
    if number < idOfNumber.count {
      let present = idOfNumber[number]
      if present == id { return }
      throw MartletError("\(file): the token \(ReadableText.quoted(text)) has two ids, \(present) and \(id)")
    }
    try place(number, at: id)
  }

  /// Gives the last text an id.
  private mutating func place(_ number: Int, at id: Int) throws(MartletError) {
    func text(_ number: Int) -> String { String(decoding: interner[number], as: UTF8.self) }
    guard id >= 0, id <= largestID else {
      throw MartletError(
        "\(file): the token \(ReadableText.quoted(text(number))) has the id \(id), which is out of range")
    }
    if id >= numberOfID.count {
      numberOfID.append(contentsOf: repeatElement(-1, count: id + 1 - numberOfID.count))
    }
    if numberOfID[id] >= 0 {
      let other = text(Int(numberOfID[id]))
      throw MartletError(
        "\(file): the id \(id) is given to two tokens, \(ReadableText.quoted(other)) and \(ReadableText.quoted(text(number)))"
      )
    }
    numberOfID[id] = Int32(truncatingIfNeeded: number)
    idOfNumber.append(Int32(truncatingIfNeeded: id))
  }

  private static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// The id of a token by the bytes of its text.
  func id(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
    interner.find(text).map { idOfNumber[$0] }
  }

  /// The id of a token by its text.
  func id(of text: String) -> Int32? {
    interner.find(text).map { idOfNumber[$0] }
  }

  /// As ``id(of:)``, but for tokens that were added to those of the model.
  func modelID(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
    guard let number = interner.find(text), number < modelTexts else { return nil }
    return idOfNumber[number]
  }

  /// As ``id(of:)``, but for tokens that were added to those of the model.
  func modelID(of text: String) -> Int32? {
    var text = text
    return text.withUTF8 { modelID(of: $0) }
  }

  /// The text of an id; nil for ids out of range and in gaps.
  func text(of id: Int32) -> String? {
    withBytes(of: id) { String(decoding: $0, as: UTF8.self) }
  }

  /// Calls `body` with the bytes of the text of an id; nil for ids out of range and in gaps.
  func withBytes<Result>(of id: Int32, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
    guard numberOfID.indices.contains(Int(id)), numberOfID[Int(id)] >= 0 else { return nil }
    return interner[Int(numberOfID[Int(id)])].withUnsafeBufferPointer(body)
  }

  /// Longer texts are refused where a search may read as many bytes from each place of a word.
  private static let longestText = 1024

  /// The texts of the model with their ids, to be looked for from any place of a word on.
  func trie() throws(MartletError) -> ByteTrie {
    var trie = ByteTrie()
    for number in 0..<modelTexts {
      let text = interner[number]
      guard text.count <= Self.longestText else {
        throw MartletError(
          "\(file): the token \(ReadableText.quoted(String(decoding: text, as: UTF8.self))) has \(text.count) bytes, and a token "
            + "of this model may have at most \(Self.longestText)")
      }
      if !text.isEmpty { text.withUnsafeBufferPointer { trie.insert($0, idOfNumber[number]) } }
    }
    return trie
  }
}
