/// Reading of large objects and arrays, member by member and without a tree.
extension JSONParser {
  /// Calls `body` for each member of the object here, with its key and the parser at its value, which `body` takes.
  ///
  /// - Parameter scratch: holds a key that has escapes while `body` runs.
  mutating func forEachMember(
    _ body: (UnsafeBufferPointer<UInt8>, inout JSONParser) throws(MartletError) -> Void
  ) throws(MartletError) {
    var scratch: [UInt8] = []
    position += 1
    if skip(UInt8(ascii: "}")) { return }
    repeat {
      skipSpace()
      guard position < count, bytes[position] == UInt8(ascii: "\"") else {
        throw error("expected a key in double quotes")
      }
      let key = try stringBytes(&scratch)
      guard skip(UInt8(ascii: ":")) else {
        throw error("expected ':' after the key \(JSON.string(String(decoding: key, as: UTF8.self)).compact)")
      }
      skipSpace()
      try body(key, &self)
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "}")) else { throw error("expected ',' or '}' in an object") }
  }

  /// Calls `body` for each element of the array here, with its place and the parser at it; `body` takes it.
  mutating func forEachElement(
    _ body: (Int, inout JSONParser) throws(MartletError) -> Void
  ) throws(MartletError) {
    position += 1
    if skip(UInt8(ascii: "]")) { return }
    var place = 0
    repeat {
      skipSpace()
      try body(place, &self)
      place += 1
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "]")) else { throw error("expected ',' or ']' in an array") }
  }

  /// Whether the value here begins with a byte.
  func isNext(_ byte: UInt8) -> Bool { position < count && bytes[position] == byte }

  /// The bytes of the string here: where they stand in the text, or in `scratch` when the string has escapes.
  mutating func stringBytes(_ scratch: inout [UInt8]) throws(MartletError) -> UnsafeBufferPointer<UInt8> {
    let start = position + 1
    var end = start
    while end < count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20
    {
      end += 1
    }
    if end < count, bytes[end] == UInt8(ascii: "\"") {
      position = end + 1
      return UnsafeBufferPointer(start: bytes + start, count: end - start)
    }
    scratch = Array(try string().utf8)
    // Nobody changes the array while the bytes are used.
    return scratch.withUnsafeBufferPointer { $0 }
  }

  /// The integer here; nil, and nothing is taken, for any other value.
  mutating func plainInteger() -> Int? {
    var (place, value) = (position, 0)
    while place < count, place - position < 18, bytes[place] &- UInt8(ascii: "0") <= 9 {
      value = value * 10 + Int(bytes[place] - UInt8(ascii: "0"))
      place += 1
    }
    guard place > position, place < count else { return nil }
    // A leading zero, a fraction or more digits are for the parser of all numbers.
    if bytes[position] == UInt8(ascii: "0"), place - position > 1 { return nil }
    switch bytes[place] {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x0A, 0x0D, 0x09: break
    default: return nil
    }
    position = place
    return value
  }

  /// The number here as the JSON reader of Rust, `serde_json`, rounds it; nil, and nothing is taken, for any other value.
  ///
  /// It rounds twice, so that the last bit of a number of 17 digits may be another than that of the nearest double; ties
  /// between sums of scores turn on it.
  mutating func numberAsInRust() -> Double? {
    var place = position
    let isNegative = place < count && bytes[place] == UInt8(ascii: "-")
    if isNegative { place += 1 }
    var (significand, exponent, isFull) = (0 as UInt64, 0, false)
    let digits = place
    var point: Int?
    while place < count {
      let digit = bytes[place] &- UInt8(ascii: "0")
      if digit > 9 {
        guard bytes[place] == UInt8(ascii: "."), point == nil, place > digits else { break }
        point = place
      } else {
        let (tens, overflow) = significand.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
        isFull = isFull || overflow || carry
        if !isFull { significand = sum }
        if isFull == (point == nil) { exponent += isFull ? 1 : -1 }
      }
      place += 1
    }
    let end = place
    // A zero in front of other digits, or a point without any after it, is for the parser of all numbers to refuse.
    guard end > digits, bytes[end - 1] != UInt8(ascii: "."),
      bytes[digits] != UInt8(ascii: "0") || end == digits + 1 || bytes[digits + 1] == UInt8(ascii: ".")
    else { return nil }
    if place < count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      let isDown = place < count && bytes[place] == UInt8(ascii: "-")
      if place < count, isDown || bytes[place] == UInt8(ascii: "+") { place += 1 }
      let first = place
      var value = 0
      while place < count, bytes[place] &- UInt8(ascii: "0") <= 9 {
        value = min(value * 10 + Int(bytes[place] - UInt8(ascii: "0")), 100_000)
        place += 1
      }
      guard place > first else { return nil }
      exponent += isDown ? -value : value
    }
    var number = Double(significand)
    while exponent < -308, number != 0 {
      number /= 1e308
      exponent += 308
    }
    if number != 0, exponent != 0 {
      guard exponent <= 308 else { return nil }
      if exponent > 0 { number *= Self.powersOfTen[exponent] } else { number /= Self.powersOfTen[-exponent] }
    }
    guard number.isFinite else { return nil }
    position = place
    return isNegative ? -number : number
  }

  private static let powersOfTen: [Double] = (0...308).map { Double("1e\($0)")! }
}
