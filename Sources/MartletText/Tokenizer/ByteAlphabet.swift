/// GPT-2's way to write any byte as a printable character: "Ġ" is the space, "Ċ" the newline.
///
/// Source: Radford et al. 2019, encoder.py, `bytes_to_unicode`.
package enum ByteAlphabet {
  /// The character of each byte.
  package static let scalars: [Unicode.Scalar] = {
    var extra: UInt32 = 256
    return (0..<256).map { (byte: UInt32) in
      switch byte {
      case 33...126, 161...172, 174...255: return Unicode.Scalar(byte)!
      default:
        defer { extra += 1 }
        return Unicode.Scalar(extra)!
      }
    }
  }()

  /// The bytes in the order of their characters, which is the order of ids in a trained vocabulary.
  package static let bytesInScalarOrder: [UInt8] = (0..<256).map { UInt8($0) }.sorted {
    scalars[Int($0)].value < scalars[Int($1)].value
  }

  private static let byteOfScalar: [UInt8?] = {
    var table = [UInt8?](repeating: nil, count: 256 + 68)
    for (byte, scalar) in scalars.enumerated() { table[Int(scalar.value)] = UInt8(byte) }
    return table
  }()

  /// Bytes written in the alphabet.
  package static func text(of bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(scalars[Int(byte)]) }
    return String(text)
  }

  /// Adds the bytes that a text in the alphabet stands for; returns false, with some of them added, when a character is
  /// not of the alphabet.
  static func read(_ text: ArraySlice<UInt8>, into bytes: inout [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { text in
      var place = 0
      while place < text.count {
        // No character of the alphabet has more than two bytes.
        let length = text.wellFormedLength(at: place)
        guard length == 1 || length == 2 else { return false }
        let scalar = Int((text.baseAddress! + place).decodeScalar().value)
        guard scalar < byteOfScalar.count, let byte = byteOfScalar[scalar] else { return false }
        bytes.append(byte)
        place += length
      }
      return true
    }
  }
}
