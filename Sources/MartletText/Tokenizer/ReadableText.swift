/// Text for one line of a terminal or a table.
enum ReadableText {
  /// Control characters are written as Swift writes them (`\n`), bytes that are no UTF-8 as `<0xE2>`.
  static func make(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBufferPointer { buffer in
      var text = ""
      var place = 0
      while place < buffer.count {
        let length = buffer.wellFormedLength(at: place)
        if length == 0 {
          text += ByteFallbackDecoder.token(of: buffer[place])
          place += 1
          continue
        }
        let scalar = Unicode.Scalar((buffer.baseAddress! + place).decodeScalar().value)!
        text += scalar.value < 0x20 || scalar.value == 0x7F ? scalar.escaped(asASCII: false) : String(scalar)
        place += length
      }
      return text
    }
  }

  /// A text in quotation marks for a message; of a long one the start.
  static func quoted(_ text: String) -> String {
    text.utf8.count <= longestQuoted ? "\"\(text)\"" : "\"\(text.prefix(longestQuoted))…\""
  }

  private static let longestQuoted = 80
}
