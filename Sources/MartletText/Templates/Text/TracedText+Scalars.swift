/// Characters of a template's string are Unicode scalars, as in Python.
extension TracedText {
  /// One character: its value and the bytes it takes.
  struct Scalar {
    let value: Unicode.Scalar
    let range: Range<Int>
  }

  /// The characters in order.
  var scalars: ScalarSequence { ScalarSequence(text: self) }

  /// The number of characters.
  var length: Int {
    var length = 0
    for byte in bytes where byte & 0xC0 != 0x80 { length += 1 }
    return length
  }

  /// The offset of the byte where a character starts; the end for the number of characters.
  ///
  /// - Parameter index: from 0 to the number of characters.
  func offset(ofCharacter index: Int) -> Int {
    var left = index
    for (offset, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
      if left == 0 { return offset }
      left -= 1
    }
    return bytes.count
  }

  /// The number of the character that starts at an offset.
  func character(atOffset offset: Int) -> Int {
    var number = 0
    for byte in bytes[..<offset] where byte & 0xC0 != 0x80 { number += 1 }
    return number
  }

  struct ScalarSequence: Sequence, IteratorProtocol {
    private let text: TracedText
    private var offset = 0

    init(text: TracedText) { self.text = text }

    mutating func next() -> Scalar? {
      guard offset < text.bytes.count else { return nil }
      let decoded = text.bytes.withUnsafeBufferPointer { ($0.baseAddress! + offset).decodeScalar() }
      let range = offset..<offset + decoded.length
      offset = range.upperBound
      return Scalar(value: Unicode.Scalar(decoded.value) ?? "\u{FFFD}", range: range)
    }
  }
}

extension Unicode.Scalar {
  /// Whether Python's `str.isspace` and `\s` count this as space.
  var isPythonSpace: Bool {
    switch value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
      0x3000:
      true
    default: false
    }
  }

  /// Whether Python shows this as it is in `repr`.
  var isPythonPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: self == " "
    default: true
    }
  }

  /// Whether Python's `str.splitlines` ends a line here.
  var isPythonLineEnd: Bool {
    switch value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}
