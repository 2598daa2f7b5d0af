extension GPT2Pattern {
  /// Where words start in the 64 bytes from a word's start on, that start left out: a bit for each place.
  ///
  /// Only places whose neighbourhood lies in the block, and before its first byte beyond ASCII, are looked at; no
  /// bit says that the word is to be found another way. The next block may start at any word, so that nothing is
  /// carried from block to block.
  func startsOfWords(inBlockAt bytes: UnsafePointer<UInt8>) -> UInt64 {
    let block = ASCIIBlock(bytes)
    // A contraction is known by the two bytes after its apostrophe.
    let limit = min(ASCIIBlock.size, block.beyondASCII.trailingZeroBitCount) - 2
    guard limit > 1 else { return 0 }
    let (letters, digits, whitespace) = (block.letters, block.digits, block.whitespace)
    let signs = ~(letters | digits | whitespace)
    // A word is a run of one class, …
    let continued =
      letters & letters << 1 | digits & digits << 1 | signs & signs << 1 | whitespace & whitespace << 1
    // … with the space in front of it; …
    let afterOwnSpace = block.spaces << 1 & ~whitespace
    // … and the last whitespace of a run before a word is a word of its own, or the space of that word.
    let lastWhitespace = whitespace & ~(whitespace >> 1)
    var starts = ~continued & ~afterOwnSpace | lastWhitespace
    // An apostrophe starts a contraction where it starts a word.
    var apostrophes = block.apostrophes & (starts | 1) & (1 << UInt64(limit) - 1)
    while apostrophes != 0 {
      let place = apostrophes.trailingZeroBitCount
      let length = contractionLength(bytes + place, count: 3)
      if length > 0 {
        starts &= ~(2 << UInt64(place))
        starts |= 1 << UInt64(place + length)
      }
      apostrophes &= apostrophes &- 1
    }
    return starts & (1 << UInt64(limit) - 1) & ~1
  }
}
