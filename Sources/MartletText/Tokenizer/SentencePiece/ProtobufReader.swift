/// Reads the fields of a protocol buffer message, one by one, and checks every length before it is used.
///
/// Source: Protocol Buffers, "Encoding".
struct ProtobufReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  private var place: Int
  private let end: Int

  /// A field of a message.
  struct Field {
    let number: Int
    let value: Value
  }

  /// What a field holds.
  enum Value {
    case integer(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    /// A text, bytes or a message: where it lies.
    case range(Range<Int>)
  }

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String, range: Range<Int>? = nil) {
    self.bytes = bytes
    self.file = file
    place = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  /// The next field; nil at the end.
  mutating func next() throws(MartletError) -> Field? {
    guard place < end else { return nil }
    let start = place
    let tag = try integer()
    let number = tag >> 3
    guard number > 0, number < 1 << 29 else {
      throw damaged("a field with the number \(number)", at: start)
    }
    let value: Value
    switch tag & 7 {
    case 0: value = .integer(try integer())
    case 1: value = .fixed64(try fixed(8))
    case 2:
      let length = try integer()
      guard length <= UInt64(end - place) else {
        throw damaged("a field of \(length) bytes, and \(end - place) are left,", at: start)
      }
      value = .range(place..<(place + Int(length)))
      place += Int(length)
    case 5: value = .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
    default: throw damaged("a field of the unknown kind \(tag & 7)", at: start)
    }
    return Field(number: Int(number), value: value)
  }

  private mutating func integer() throws(MartletError) -> UInt64 {
    let start = place
    var (result, shift) = (0 as UInt64, 0 as UInt64)
    while place < end, shift < 70 {
      let byte = bytes[place]
      place += 1
      if shift < 64 { result |= UInt64(byte & 0x7F) << shift }
      if byte < 0x80 { return result }
      shift += 7
    }
    throw damaged("an integer without its end", at: start)
  }

  private mutating func fixed(_ size: Int) throws(MartletError) -> UInt64 {
    guard size <= end - place else { throw damaged("a number that is cut off", at: place) }
    let result = (0..<size).reduce(0 as UInt64) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    place += size
    return result
  }

  private func damaged(_ what: String, at place: Int) -> MartletError {
    MartletError("\(file) is damaged: \(what) at byte \(place); get the file again")
  }
}

/// The values of fields whose kind is known.
extension ProtobufReader.Field {
  func int(_ file: String) throws(MartletError) -> Int {
    guard case .integer(let value) = value else { throw unexpected("an integer", file) }
    // Negative numbers are written with all 64 bits.
    return Int(Int64(bitPattern: value))
  }

  func bool(_ file: String) throws(MartletError) -> Bool { try int(file) != 0 }

  func float(_ file: String) throws(MartletError) -> Float {
    guard case .fixed32(let bits) = value else { throw unexpected("a number", file) }
    return Float(bitPattern: bits)
  }

  func range(_ file: String) throws(MartletError) -> Range<Int> {
    guard case .range(let range) = value else { throw unexpected("bytes", file) }
    return range
  }

  private func unexpected(_ expected: String, _ file: String) -> MartletError {
    MartletError("\(file) is damaged: field \(number) must be \(expected); get the file again")
  }
}
