/// Bytes written in 64 letters. Source: RFC 4648, section 4.
enum Base64 {
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, letter) in letters.utf8.enumerated() { values[Int(letter)] = UInt8(value) }
    return values
  }()

  /// The bytes of a text; nil when it is not base64.
  static func decode(_ text: String) -> [UInt8]? {
    var text = text
    return text.withUTF8 { letters in
      let padding = letters.suffix(2).reduce(0) { $1 == UInt8(ascii: "=") ? $0 + 1 : 0 }
      guard letters.count % 4 == 0 else { return nil }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(letters.count / 4 * 3)
      var (bits, count) = (0 as UInt32, 0 as UInt32)
      for letter in letters.dropLast(padding) {
        let value = values[Int(letter)]
        guard value < 64 else { return nil }
        bits = bits << 6 | UInt32(value)
        count += 6
        if count >= 8 {
          count -= 8
          bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        }
      }
      return bytes
    }
  }

  /// Bytes written in the letters.
  static func encode(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let three = bytes[start..<min(start + 3, bytes.count)]
      let bits = three.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - three.count))
      for place in 0..<4 {
        text.append(
          place <= three.count ? letters[Int(bits >> UInt32(18 - 6 * place) & 0x3F)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
