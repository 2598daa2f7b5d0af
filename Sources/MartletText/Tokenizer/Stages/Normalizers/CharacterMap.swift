/// SentencePiece's `precompiled_charsmap`: a double-array trie of texts, and after it their replacements, each ended by
/// a zero.
///
/// Source: SentencePiece, normalizer.cc; Darts-clone, darts.h.
struct CharacterMap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]
  /// The length of the longest replacement, in bytes.
  let longestReplacement: Int

  /// Nil when the sizes do not fit or the replacements are not UTF-8.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 4 else { return nil }
    func integer(at place: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
    }
    let size = Int(integer(at: 0))
    guard size % 4 == 0, size > 0, size <= bytes.count - 4 else { return nil }
    units = stride(from: 4, to: 4 + size, by: 4).map(integer)
    replacements = Array(bytes[(4 + size)...])
    guard replacements.withUnsafeBufferPointer({ $0.firstInvalidUTF8 }) == nil else { return nil }
    longestReplacement = replacements.split(separator: 0).map(\.count).max() ?? 0
  }

  /// Calls `body` with the replacement of the shortest text that `text` begins with; returns whether there is one.
  func withReplacement(
    of text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) -> Bool {
    guard let start = find(text), start <= replacements.count else { return false }
    return replacements.withUnsafeBufferPointer { replacements in
      // A place within a character is no replacement.
      if start < replacements.count, replacements[start] & 0xC0 == 0x80 { return false }
      var end = start
      while end < replacements.count, replacements[end] != 0 { end += 1 }
      body(UnsafeBufferPointer(rebasing: replacements[start..<end]))
      return true
    }
  }

  /// The longest text of the trie that stands in `text` from a place on, and where its replacement starts.
  func longestMatch(
    in text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (length: Int, replacement: Int)? {
    units.withUnsafeBufferPointer { units in
      var result: (Int, Int)?
      var (node, place) = (Self.offset(units[0]), start)
      while place < text.count {
        node ^= Int(text[place])
        guard node < units.count else { break }
        let unit = units[node]
        // The top bit marks values, which are no labels.
        guard unit & 0x8000_00FF == UInt32(text[place]) else { break }
        place += 1
        node ^= Self.offset(unit)
        guard node < units.count else { break }
        if unit >> 8 & 1 == 1 {
          let value = Int(units[node] & 0x7FFF_FFFF)
          // Nothing but whole characters is replaced, and by whole characters.
          if isWhole(value), place == text.count || text[place] & 0xC0 != 0x80 {
            result = (place - start, value)
          }
        }
      }
      return result
    }
  }

  private func isWhole(_ replacement: Int) -> Bool {
    replacement < replacements.count && replacements[replacement] & 0xC0 != 0x80
  }

  /// Calls `body` with the replacement that starts at a place.
  func withReplacement(_ start: Int, _ body: (Slice<UnsafeBufferPointer<UInt8>>) -> Void) {
    replacements.withUnsafeBufferPointer { replacements in
      var end = start
      while end < replacements.count, replacements[end] != 0 { end += 1 }
      body(replacements[start..<end])
    }
  }

  /// The value of the shortest text of the trie that `text` begins with.
  private func find(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    units.withUnsafeBufferPointer { units in
      var place = Self.offset(units[0])
      for byte in text {
        if byte == 0 { return nil }
        place ^= Int(byte)
        guard place < units.count else { return nil }
        let unit = units[place]
        // The top bit marks values, which are no labels.
        guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
        place ^= Self.offset(unit)
        guard place < units.count else { return nil }
        if unit >> 8 & 1 == 1 { return Int(units[place] & 0x7FFF_FFFF) }
      }
      return nil
    }
  }

  private static func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 0x200) >> 6) }
}
