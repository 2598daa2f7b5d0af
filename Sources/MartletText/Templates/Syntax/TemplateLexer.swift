/// Cuts a template's source into words, with the rules of whitespace that `transformers` sets: the newline after a
/// tag and the spaces before it are dropped (`trim_blocks`, `lstrip_blocks`), as is one newline at the end.
///
/// Source: Jinja2 3.1, lexer.py.
struct TemplateLexer {
  private let bytes: [UInt8]
  private let template: String
  private var place = 0
  private var line = 1
  private var tokens: [TemplateToken] = []
  /// The brackets that are open inside a tag.
  private var open: [UInt8] = []
  /// Whether what came last ended a line.
  private var isLineStart = true

  /// The longest template, in bytes.
  static let longest = 4 << 20

  /// - Parameter template: what to call the template in messages.
  static func tokens(_ source: String, template: String) throws(MartletError) -> [TemplateToken] {
    if source.utf8.count > longest {
      throw MartletError("\(template): the template has more than \(longest) bytes")
    }
    var lexer = TemplateLexer(source, template: template)
    try lexer.run()
    return lexer.tokens
  }

  private init(_ source: String, template: String) {
    self.template = template
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.utf8.count)
    var isAfterReturn = false
    for byte in source.utf8 {
      if byte == 0x0D {
        bytes.append(0x0A)
      } else if byte != 0x0A || !isAfterReturn {
        bytes.append(byte)
      }
      isAfterReturn = byte == 0x0D
    }
    if bytes.last == 0x0A { bytes.removeLast() }
    self.bytes = bytes
  }

  private func error(_ what: String, line: Int? = nil) -> MartletError {
    MartletError("\(template), line \(line ?? self.line): \(what)")
  }

  private mutating func add(_ kind: TemplateToken.Kind) {
    tokens.append(TemplateToken(kind: kind, line: line))
  }

  private func has(_ text: StaticString, at offset: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard offset >= 0, offset + count <= bytes.count else { return false }
    for index in 0..<count where bytes[offset + index] != text.utf8Start[index] { return false }
    return true
  }

  private mutating func move(to end: Int) {
    for byte in bytes[place..<end] where byte == 0x0A { line += 1 }
    if end > place { isLineStart = bytes[end - 1] == 0x0A }
    place = end
  }

  // MARK: Text between tags

  private mutating func run() throws(MartletError) {
    while place < bytes.count {
      let tag = nextTag(from: place)
      let start = place
      guard tag < bytes.count else {
        addData(start..<bytes.count)
        move(to: bytes.count)
        break
      }
      let sign = tag + 2 < bytes.count ? bytes[tag + 2] : 0
      addData(start..<endOfText(start, tag, sign))
      move(to: tag)
      let hasSign = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
      let inside = tag + (hasSign ? 3 : 2)
      switch bytes[tag + 1] {
      case UInt8(ascii: "#"): try comment(from: inside)
      case UInt8(ascii: "{"):
        add(.variableBegin)
        move(to: inside)
        try words(isBlock: false)
      default:
        if let body = rawBegin(inside) {
          try raw(from: body)
        } else {
          add(.blockBegin)
          move(to: inside)
          try words(isBlock: true)
        }
      }
    }
    add(.end)
  }

  private func nextTag(from start: Int) -> Int {
    var offset = start
    while offset + 1 < bytes.count {
      if bytes[offset] == UInt8(ascii: "{") {
        let next = bytes[offset + 1]
        if next == UInt8(ascii: "%") || next == UInt8(ascii: "{") || next == UInt8(ascii: "#") {
          return offset
        }
      }
      offset += 1
    }
    return bytes.count
  }

  private mutating func addData(_ range: Range<Int>) {
    if !range.isEmpty { add(.data(TracedText(Array(bytes[range])))) }
  }

  /// Where the text before a tag ends, once the space that the tag swallows is gone.
  private func endOfText(_ start: Int, _ tag: Int, _ sign: UInt8) -> Int {
    if sign == UInt8(ascii: "-") { return endWithoutSpace(start, tag) }
    if sign == UInt8(ascii: "+") || bytes[tag + 1] == UInt8(ascii: "{") { return tag }
    let lineStart = bytes[start..<tag].lastIndex(of: 0x0A).map { $0 + 1 } ?? start
    guard lineStart > start || isLineStart else { return tag }
    return endWithoutSpace(lineStart, tag) == lineStart ? lineStart : tag
  }

  /// The end of a range of text without the space at its end.
  private func endWithoutSpace(_ start: Int, _ end: Int) -> Int {
    var end = end
    while end > start {
      var first = end - 1
      while first > start, bytes[first] & 0xC0 == 0x80 { first -= 1 }
      guard scalar(at: first).isPythonSpace else { break }
      end = first
    }
    return end
  }

  private func scalar(at offset: Int) -> Unicode.Scalar {
    let decoded = bytes.withUnsafeBufferPointer { ($0.baseAddress! + offset).decodeScalar() }
    return Unicode.Scalar(decoded.value) ?? "\u{FFFD}"
  }

  private func skippingSpace(_ start: Int) -> Int {
    var offset = start
    while offset < bytes.count, scalar(at: offset).isPythonSpace { offset += bytes.scalarLength(at: offset) }
    return offset
  }

  /// The offset after `-%}` and its space, `+%}`, or `%}` and its newline; nil when there is no such end of a tag.
  private func tagEnd(_ closing: StaticString, at offset: Int, hasPlus: Bool, trims: Bool) -> Int? {
    if offset < bytes.count, bytes[offset] == UInt8(ascii: "-"), has(closing, at: offset + 1) {
      return skippingSpace(offset + 3)
    }
    if hasPlus, offset < bytes.count, bytes[offset] == UInt8(ascii: "+"), has(closing, at: offset + 1) {
      return offset + 3
    }
    guard has(closing, at: offset) else { return nil }
    let end = offset + 2
    return trims && end < bytes.count && bytes[end] == 0x0A ? end + 1 : end
  }

  // MARK: Comments and raw text

  private mutating func comment(from inside: Int) throws(MartletError) {
    var offset = inside
    while offset < bytes.count {
      if let end = tagEnd("#}", at: offset, hasPlus: true, trims: true) { return move(to: end) }
      offset += 1
    }
    throw error("the comment has no end; close it with #}")
  }

  /// The offset after `{% raw %}`, when the tag whose inside starts here is one.
  private func rawBegin(_ inside: Int) -> Int? {
    let word = skippingSpace(inside)
    guard has("raw", at: word) else { return nil }
    return tagEnd("%}", at: skippingSpace(word + 3), hasPlus: false, trims: false)
  }

  private mutating func raw(from body: Int) throws(MartletError) {
    move(to: body)
    var offset = body
    while offset < bytes.count {
      defer { offset += 1 }
      guard has("{%", at: offset) else { continue }
      let sign = offset + 2 < bytes.count ? bytes[offset + 2] : 0
      let hasSign = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
      let word = skippingSpace(offset + (hasSign ? 3 : 2))
      guard has("endraw", at: word),
        let end = tagEnd("%}", at: skippingSpace(word + 6), hasPlus: true, trims: true)
      else { continue }
      addData(body..<endOfText(body, offset, sign))
      return move(to: end)
    }
    throw error("the raw text has no end; close it with {% endraw %}")
  }

  // MARK: Words inside tags

  private mutating func words(isBlock: Bool) throws(MartletError) {
    open = []
    let start = line
    while true {
      if open.isEmpty,
        let end = isBlock
          ? tagEnd("%}", at: place, hasPlus: true, trims: true)
          : tagEnd("}}", at: place, hasPlus: false, trims: false)
      {
        add(isBlock ? .blockEnd : .variableEnd)
        return move(to: end)
      }
      guard place < bytes.count else {
        throw error(
          "the tag that begins here has no end; close it with \(isBlock ? "%}" : "}}")", line: start)
      }
      if scalar(at: place).isPythonSpace {
        move(to: skippingSpace(place))
        continue
      }
      try word()
    }
  }

  private mutating func word() throws(MartletError) {
    let byte = bytes[place]
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    case UInt8(ascii: "'"), UInt8(ascii: "\""): try text(quote: byte)
    default:
      if byte >= 0x80 || byte == UInt8(ascii: "_") || isLetter(byte) { return try name() }
      try sign()
    }
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private func isDigit(_ offset: Int) -> Bool {
    offset < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset])
  }

  private mutating func name() throws(MartletError) {
    var end = place
    while end < bytes.count {
      let scalar = scalar(at: end)
      guard scalar == "_" || !ScalarClasses.shared[scalar.value].isDisjoint(with: .wordCharacter) else {
        break
      }
      end += bytes.scalarLength(at: end)
    }
    if end == place { throw error("unexpected character '\(scalar(at: place))'") }
    add(.name(String(decoding: bytes[place..<end], as: UTF8.self)))
    move(to: end)
  }

  private mutating func sign() throws(MartletError) {
    for pair in ["//", "**", "==", "!=", ">=", "<="] where bytes[place...].starts(with: pair.utf8) {
      add(.sign(pair))
      return move(to: place + 2)
    }
    let byte = bytes[place]
    guard "+-/*%~[](){}><=.:|,;".utf8.contains(byte) else {
      throw error("unexpected character '\(PrintableName.make(String(scalar(at: place))))'")
    }
    switch byte {
    case UInt8(ascii: "("): open.append(UInt8(ascii: ")"))
    case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
    case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      let found = Unicode.Scalar(byte)
      guard let expected = open.popLast() else { throw error("unexpected '\(found)'") }
      if expected != byte { throw error("unexpected '\(found)', expected '\(Unicode.Scalar(expected))'") }
    default: break
    }
    add(.sign(String(Unicode.Scalar(byte))))
    move(to: place + 1)
  }
}

extension [UInt8] {
  /// The length of the scalar that starts at an offset, by its first byte.
  fileprivate func scalarLength(at offset: Int) -> Int {
    let first = self[offset]
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
  }
}

// MARK: Numbers and strings

extension TemplateLexer {
  private mutating func number() throws(MartletError) {
    let isAfterDot = place > 0 && bytes[place - 1] == UInt8(ascii: ".")
    if !isAfterDot, let end = floatEnd() {
      let text = digits(place..<end)
      guard let value = Double(text) else {
        throw error("the number \(PrintableName.make(text)) is not readable")
      }
      add(.number(value))
      return move(to: end)
    }
    let (end, radix, digitsStart) = integerEnd()
    let text = digits(digitsStart..<end)
    guard let value = Int(text, radix: radix) else {
      throw error("the number \(PrintableName.make(text)) is beyond 64 bits, which is not supported")
    }
    add(.integer(value))
    move(to: end)
  }

  private func digits(_ range: Range<Int>) -> String {
    String(decoding: bytes[range].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
  }

  /// The end of digits, of which each may stand after one `_`; nil when no digit stands at the offset.
  private func digitsEnd(_ start: Int, _ isWanted: (UInt8) -> Bool, afterUnderscore: Bool = false) -> Int? {
    var offset = start
    while offset < bytes.count {
      if isWanted(bytes[offset]) {
        offset += 1
      } else if bytes[offset] == UInt8(ascii: "_"), afterUnderscore || offset > start,
        offset + 1 < bytes.count,
        isWanted(bytes[offset + 1])
      {
        offset += 2
      } else {
        break
      }
    }
    return offset > start ? offset : nil
  }

  private func decimalEnd(_ start: Int) -> Int? {
    digitsEnd(start, { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
  }

  private func floatEnd() -> Int? {
    guard var end = decimalEnd(place) else { return nil }
    var isFloat = false
    if end < bytes.count, bytes[end] == UInt8(ascii: "."), let fraction = decimalEnd(end + 1) {
      end = fraction
      isFloat = true
    }
    if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
      var exponent = end + 1
      if exponent < bytes.count, bytes[exponent] == UInt8(ascii: "+") || bytes[exponent] == UInt8(ascii: "-")
      {
        exponent += 1
      }
      if let exponentEnd = decimalEnd(exponent) {
        end = exponentEnd
        isFloat = true
      }
    }
    return isFloat ? end : nil
  }

  private func integerEnd() -> (end: Int, radix: Int, digits: Int) {
    if bytes[place] == UInt8(ascii: "0"), place + 1 < bytes.count {
      let kinds: [(UInt8, Int)] = [
        (UInt8(ascii: "b"), 2), (UInt8(ascii: "o"), 8), (UInt8(ascii: "x"), 16),
      ]
      for (letter, radix) in kinds where bytes[place + 1] | 0x20 == letter {
        let isDigit: (UInt8) -> Bool = { byte in
          byte < 0x80 && (Character(Unicode.Scalar(byte)).hexDigitValue ?? 99) < radix
        }
        if let end = digitsEnd(place + 2, isDigit, afterUnderscore: true) { return (end, radix, place + 2) }
      }
    }
    if bytes[place] == UInt8(ascii: "0") {
      return (digitsEnd(place, { $0 == UInt8(ascii: "0") })!, 10, place)
    }
    return (decimalEnd(place)!, 10, place)
  }

  private mutating func text(quote: UInt8) throws(MartletError) {
    var offset = place + 1
    var result: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == quote {
        add(.text(TracedText(result)))
        return move(to: offset + 1)
      }
      if byte == UInt8(ascii: "\\") {
        offset = try escape(offset + 1, into: &result)
      } else {
        result.append(byte)
        offset += 1
      }
    }
    throw error("the string that begins here has no end")
  }

  /// Reads what follows a backslash, as Python does.
  private func escape(_ start: Int, into result: inout [UInt8]) throws(MartletError) -> Int {
    guard start < bytes.count else { throw error("the string that begins here has no end") }
    switch bytes[start] {
    case 0x0A: break
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): result.append(bytes[start])
    case UInt8(ascii: "a"): result.append(0x07)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "v"): result.append(0x0B)
    case UInt8(ascii: "x"): return try character(start + 1, digits: 2, into: &result)
    case UInt8(ascii: "u"): return try character(start + 1, digits: 4, into: &result)
    case UInt8(ascii: "U"): return try character(start + 1, digits: 8, into: &result)
    case UInt8(ascii: "N"): throw error("the escape \\N{…} is not supported; write the character itself")
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      var (value, end): (UInt32, Int) = (0, start)
      while end < start + 3, end < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(bytes[end]) {
        value = value * 8 + UInt32(bytes[end] - UInt8(ascii: "0"))
        end += 1
      }
      result.append(contentsOf: UTF8.encode(Unicode.Scalar(value)!)!)
      return end
    default:
      result.append(UInt8(ascii: "\\"))
      return start
    }
    return start + 1
  }

  private func character(
    _ start: Int, digits: Int, into result: inout [UInt8]
  ) throws(MartletError) -> Int {
    var value: UInt32 = 0
    for offset in start..<start + digits {
      guard offset < bytes.count, bytes[offset] < 0x80,
        let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue
      else { throw error("an escape in a string needs \(digits) hexadecimal digits") }
      value = value << 4 | UInt32(digit)
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw error("an escape in a string names half a surrogate pair or no character at all")
    }
    result.append(contentsOf: UTF8.encode(scalar)!)
    return start + digits
  }
}
