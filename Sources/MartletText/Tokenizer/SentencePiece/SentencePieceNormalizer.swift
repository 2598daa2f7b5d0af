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
  /// Of each byte, whether a character that begins with it is always left as it is; nil where a character map decides.
  private let isPlain: [Bool]?

  init(
    characterMap: CharacterMap?, userDefined: ByteTrie?, addsDummyPrefix: Bool, removesExtraSpaces: Bool,
    escapesSpaces: Bool, spaceIsSuffix: Bool
  ) {
    self.characterMap = characterMap
    self.userDefined = userDefined
    self.addsDummyPrefix = addsDummyPrefix
    self.removesExtraSpaces = removesExtraSpaces
    self.escapesSpaces = escapesSpaces
    self.spaceIsSuffix = spaceIsSuffix
    isPlain =
      characterMap == nil
      ? (0...255).map { $0 != Self.space && userDefined?.hasStrings(startingWith: $0) != true } : nil
  }

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
      let plain = output.keepsOrigins ? place..<place : plainBytes(from: place, bytes)
      if !plain.isEmpty {
        output.append(UnsafeBufferPointer(rebasing: bytes[plain]), from: text, of: plain)
        (place, isAfterSpace) = (plain.upperBound, false)
        continue
      }
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

  /// The bytes from a place on that are left as they are: most of a text, so they are taken together.
  private func plainBytes(from start: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    guard let isPlain else { return start..<start }
    return isPlain.withUnsafeBufferPointer { isPlain in
      var end = start
      while end < bytes.count, isPlain[Int(bytes[end])] { end += 1 }
      return start..<end
    }
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
