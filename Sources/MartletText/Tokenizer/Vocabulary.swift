/// The tokens of a tokenizer, by id and by the bytes of their text.
///
/// Texts are those of `tokenizer.json` ("Ġthe", "<0x0A>"), before any decoder.
struct Vocabulary: Sendable {
  private var interner = ByteInterner()
  private var idOfNumber: [Int32] = []
  private var texts: [String?] = []
  private let file: String

  /// Ids may leave gaps, but not so many that a bad file would exhaust the memory.
  private static let mostGaps = 1_000_000
  private var largestID: Int

  /// Reads an object that maps texts to ids.
  ///
  /// - Throws: when an id is no integer from 0, is used twice, or is absurdly large.
  init(_ reader: JSONReader) throws(MartletError) {
    file = reader.file
    largestID = reader.members.count + Self.mostGaps
    idOfNumber.reserveCapacity(reader.members.count)
    texts.reserveCapacity(reader.members.count)
    for (text, json) in zip(reader.members.keys, reader.members.values) {
      guard let id = json.int else { throw reader.unexpected(text, expected: "a token id, an integer") }
      try add(text, id: id)
    }
  }

  /// One more than the largest id.
  var count: Int { texts.count }

  /// Adds a token; doing it again with the same id changes nothing.
  mutating func add(_ text: String, id: Int) throws(MartletError) {
    guard id >= 0, id <= largestID else {
      throw MartletError("\(file): the token \"\(text)\" has the id \(id), which is out of range")
    }
    let number = interner.intern(text)
    if number < idOfNumber.count {
      let present = idOfNumber[number]
      if present == id { return }
      throw MartletError("\(file): the token \"\(text)\" has two ids, \(present) and \(id)")
    }
    while texts.count <= id { texts.append(nil) }
    if let other = texts[id] {
      throw MartletError("\(file): the id \(id) is given to two tokens, \"\(other)\" and \"\(text)\"")
    }
    texts[id] = text
    idOfNumber.append(Int32(id))
  }

  /// The id of a token by the bytes of its text.
  func id(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
    interner.find(text).map { idOfNumber[$0] }
  }

  /// The id of a token by its text.
  func id(of text: String) -> Int32? {
    interner.find(text).map { idOfNumber[$0] }
  }

  /// The text of an id; nil for ids out of range and in gaps.
  func text(of id: Int32) -> String? {
    texts.indices.contains(Int(id)) ? texts[Int(id)] : nil
  }
}
