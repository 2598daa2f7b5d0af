/// Reads JSON text (RFC 8259) and refuses what the specification does not allow.
///
/// Stricter than the specification asks: a key may stand only once in an object, and escapes must not leave
/// half of a surrogate pair. An integer outside -2⁶³ ..< 2⁶⁴ is read as a double; a number too large for a
/// double is refused.
struct JSONParser {
  let bytes: UnsafePointer<UInt8>
  let count: Int
  let file: String
  var position = 0
  private var depth = 0
  /// The keys that lead to values that are only to be found, not read; and where they were found.
  private var deferredPaths: [[String]] = []
  private var deferred: [[String]: Range<Int>] = [:]
  /// The keys of the objects around the value being read, as long as a deferred one may come.
  private var keys: [String] = []

  /// Deep enough for any configuration, shallow enough for a thread's stack.
  static let deepest = 128

  static func parse(_ text: UnsafeBufferPointer<UInt8>, file: String) throws(MartletError) -> JSON {
    try parse(text, file: file, deferring: []).value
  }

  /// Reads a value but for some large parts of it, which a reader of its own takes faster than a tree would be made.
  ///
  /// - Parameter paths: the keys that lead to each of them.
  /// - Returns: the value, with `null` in their places, and where they stand in the text. What stands there has been
  ///   looked through for its end alone.
  static func parse(
    _ text: UnsafeBufferPointer<UInt8>, file: String, deferring paths: [[String]]
  ) throws(MartletError) -> (value: JSON, deferred: [[String]: Range<Int>]) {
    guard let start = text.baseAddress, text.count > 0 else {
      throw MartletError("\(file) is empty, where a JSON value was expected")
    }
    if let bad = text.firstInvalidUTF8 {
      throw MartletError("\(file) is not UTF-8: bad byte at offset \(bad)")
    }
    var parser = JSONParser(bytes: start, count: text.count, file: file)
    parser.deferredPaths = paths
    parser.skipSpace()
    let value = try parser.value()
    parser.skipSpace()
    if parser.position < parser.count { throw parser.error("expected the end of the text") }
    return (value, parser.deferred)
  }

  /// A parser of the value that starts at `position` in a text that is well-formed UTF-8.
  init(bytes: UnsafePointer<UInt8>, count: Int, file: String, position: Int = 0) {
    self.bytes = bytes
    self.count = count
    self.file = file
    self.position = position
  }

  // MARK: Values

  mutating func value() throws(MartletError) -> JSON {
    guard position < count else { throw error("expected a value") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw error("expected a value")
    }
  }

  private mutating func object() throws(MartletError) -> JSON {
    try enter()
    var members = JSONObject()
    if !skip(UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        guard position < count, bytes[position] == UInt8(ascii: "\"") else {
          throw error("expected a key in double quotes")
        }
        let keyPosition = position
        let key = try string()
        guard skip(UInt8(ascii: ":")) else {
          throw error("expected ':' after the key \(JSON.string(key).compact)")
        }
        skipSpace()
        let value = try member(key)
        guard members.append(key, value) else {
          position = keyPosition
          throw error("the key \"\(key)\" stands twice in one object", found: false)
        }
      } while skip(UInt8(ascii: ","))
      guard skip(UInt8(ascii: "}")) else { throw error("expected ',' or '}' in an object") }
    }
    depth -= 1
    return .object(members)
  }

  /// The value of a key, or `null` in its place.
  private mutating func member(_ key: String) throws(MartletError) -> JSON {
    guard keys.count + 1 == depth, deferredPaths.contains(where: { $0.count >= depth }) else {
      return try value()
    }
    keys.append(key)
    defer { keys.removeLast() }
    guard deferredPaths.contains(keys) else { return try value() }
    let start = position
    try skipValue()
    deferred[keys] = start..<position
    return .null
  }

  /// Goes past a value, which is looked at only as far as its end demands.
  private mutating func skipValue() throws(MartletError) {
    guard position < count, bytes[position] == UInt8(ascii: "{") || bytes[position] == UInt8(ascii: "[")
    else {
      _ = try value()
      return
    }
    var open = 0
    while position < count {
      switch bytes[position] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): open += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        open -= 1
        if open == 0 {
          position += 1
          return
        }
      case UInt8(ascii: "\""):
        position += 1
        while position < count, bytes[position] != UInt8(ascii: "\"") {
          position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
      default: break
      }
      position += 1
    }
    position = count
    throw error("expected the end of an object or array")
  }

  private mutating func array() throws(MartletError) -> JSON {
    try enter()
    var elements: [JSON] = []
    if !skip(UInt8(ascii: "]")) {
      repeat {
        skipSpace()
        elements.append(try value())
      } while skip(UInt8(ascii: ","))
      guard skip(UInt8(ascii: "]")) else { throw error("expected ',' or ']' in an array") }
    }
    depth -= 1
    return .array(elements)
  }

  private mutating func enter() throws(MartletError) {
    depth += 1
    if depth > Self.deepest {
      throw error("objects and arrays lie more than \(Self.deepest) deep in each other", found: false)
    }
    position += 1
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(MartletError) -> JSON {
    let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    let found = UnsafeBufferPointer(start: bytes + position, count: min(expected.count, count - position))
    guard found.hasSameBytes(as: expected) else { throw error("expected \(word)") }
    position += expected.count
    return value
  }

  private mutating func number() throws(MartletError) -> JSON {
    let start = position
    var isInteger = true
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let firstDigit = position
    try digits()
    if bytes[firstDigit] == UInt8(ascii: "0"), position - firstDigit > 1 {
      position = firstDigit
      throw error("a number must not start with 0", found: false)
    }
    if position < count, bytes[position] == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try digits()
    }
    if position < count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      if position < count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position += 1
      }
      try digits()
    }
    let text = String(
      decoding: UnsafeBufferPointer(start: bytes + start, count: position - start), as: UTF8.self)
    // "-0" is the double that keeps its sign.
    if isInteger, text != "-0" {
      if let value = Int(text) { return .integer(value) }
      if let value = UInt(text) { return .unsigned(value) }
    }
    guard let value = Double(text), value.isFinite else {
      position = start
      throw error("the number \(text.prefix(40)) is too large", found: false)
    }
    return .number(value)
  }

  private mutating func digits() throws(MartletError) {
    let start = position
    while position < count, bytes[position] &- UInt8(ascii: "0") <= 9 { position += 1 }
    if position == start { throw error("expected a digit") }
  }

  // MARK: Strings

  mutating func string() throws(MartletError) -> String {
    position += 1
    let start = position
    while position < count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return Self.text(bytes + start, position - 1 - start)
      }
      if byte == UInt8(ascii: "\\") || byte < 0x20 { return try escapedString(from: start) }
      position += 1
    }
    throw error("a string has no end")
  }

  /// The rest of a string that holds at least one escape (or a bad byte) at the current position.
  private mutating func escapedString(from start: Int) throws(MartletError) -> String {
    // Bytes first and text once: some files write every letter beyond ASCII as an escape.
    var text = Array(UnsafeBufferPointer(start: bytes + start, count: position - start))
    while position < count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return String(decoding: text, as: UTF8.self)
      }
      if byte < 0x20 { throw error("a control character must be written as an escape in a string") }
      if byte == UInt8(ascii: "\\") {
        text.append(scalar: try escape().value)
      } else {
        text.append(byte)
        position += 1
      }
    }
    throw error("a string has no end")
  }

  private mutating func escape() throws(MartletError) -> Unicode.Scalar {
    let start = position
    position += 1
    guard position < count else { throw error("a string has no end") }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default:
      position = start
      throw error("unknown escape in a string")
    }
    let first = try fourHexadecimalDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let isHigh = first < 0xDC00
    if isHigh, position + 1 < count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      let second = try fourHexadecimalDigits()
      if second >= 0xDC00, second < 0xE000 {
        return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))!
      }
    }
    position = start
    throw error("half of a surrogate pair in a string")
  }

  private mutating func fourHexadecimalDigits() throws(MartletError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < count, let digit = Self.hexadecimalDigit(bytes[position]) else {
        throw error("expected four hexadecimal digits after \\u")
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  private static func text(_ start: UnsafePointer<UInt8>, _ count: Int) -> String {
    String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  // MARK: Space and errors

  mutating func skipSpace() {
    while position < count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      position += 1
    }
  }

  /// Skips space and then `byte` when it is next.
  mutating func skip(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  func error(_ what: String, found: Bool = true) -> MartletError {
    var line = 1
    var lineStart = 0
    for place in 0..<position where bytes[place] == 0x0A {
      line += 1
      lineStart = place + 1
    }
    var message = "\(file) is not valid JSON: \(what)"
    if found {
      if position >= count {
        message += ", but the text ends"
      } else {
        let rest = UnsafeBufferPointer(start: bytes + position, count: min(12, count - position))
        let shown = String(decoding: rest.prefix { $0 >= 0x20 }, as: UTF8.self)
        message += shown.isEmpty ? ", found byte \(bytes[position])" : ", found '\(shown)'"
      }
    }
    return MartletError(message + " (line \(line), column \(position - lineStart + 1), byte \(position))")
  }
}
