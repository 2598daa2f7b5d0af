/// What SentencePiece does with a text before it is encoded.
///
/// Source: SentencePiece, normalizer.cc, `Normalizer::Normalize`.
struct SentencePieceNormalizer: TextNormalizer {
  let characterMap: CharacterMap?
  /// Texts that are left as they are.
  let userDefined: ByteTrie?
  let addsDummyPrefix: Bool
  let removesExtraSpaces: Bool
  let escapesSpaces: Bool
  let spaceIsSuffix: Bool

  /// "▁", which stands for a space.
  static let spaceMark: [UInt8] = [0xE2, 0x96, 0x81]
  private static let space = UInt8(ascii: " ")

  private var spaceBytes: [UInt8] { escapesSpaces ? Self.spaceMark : [Self.space] }

  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool {
    let bytes = text.bytes
    let spaceBytes = spaceBytes
    var place = 0
    if removesExtraSpaces {
      while place < bytes.count, isSpace(at: place, bytes) { place += partLength(at: place, bytes) }
    }
    // Nothing but spaces is nothing at all.
    if place == bytes.count { return true }
    if addsDummyPrefix, !spaceIsSuffix { output.append(spaceBytes, from: text, of: place..<place) }
    var isAfterSpace = removesExtraSpaces
    while place < bytes.count {
      let length = partLength(at: place, bytes)
      withPart(at: place, bytes) { part in
        var part = part
        while isAfterSpace, part.first == Self.space { part = part.dropFirst() }
        for byte in part {
          if byte == Self.space {
            output.append(spaceBytes, from: text, of: place..<(place + length))
          } else {
            output.append(CollectionOfOne(byte), from: text, of: place..<(place + length))
          }
        }
        if let last = part.last { isAfterSpace = removesExtraSpaces && last == Self.space }
      }
      place += length
    }
    if removesExtraSpaces {
      // Also those that were written as "▁" in the text.
      while output.bytes.suffix(spaceBytes.count).elementsEqual(spaceBytes) {
        output.removeLast(spaceBytes.count)
      }
    }
    if addsDummyPrefix, spaceIsSuffix { output.append(spaceBytes, from: text, of: place..<place) }
    return true
  }

  /// How many bytes at a place are replaced together.
  private func partLength(at place: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    if let length = userDefined?.longestMatch(in: bytes, from: place)?.length { return length }
    return characterMap?.longestMatch(in: bytes, from: place)?.length
      ?? (bytes.baseAddress! + place).scalarLength
  }

  /// Calls `body` with what becomes of the bytes at a place.
  private func withPart(
    at place: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ body: (Slice<UnsafeBufferPointer<UInt8>>) -> Void
  ) {
    if let length = userDefined?.longestMatch(in: bytes, from: place)?.length {
      return body(bytes[place..<(place + length)])
    }
    guard let characterMap, let match = characterMap.longestMatch(in: bytes, from: place) else {
      return body(bytes[place..<(place + (bytes.baseAddress! + place).scalarLength)])
    }
    characterMap.withReplacement(match.replacement, body)
  }

  private func isSpace(at place: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var result = false
    withPart(at: place, bytes) { result = $0.count == 1 && $0.first == Self.space }
    return result
  }
}
