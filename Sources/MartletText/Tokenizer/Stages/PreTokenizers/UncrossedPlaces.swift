/// Places in a word that no merge of byte-pair encoding crosses, so that what stands before and after them can be
/// encoded, and remembered, apart.
///
/// A merge that joins something across a place has, as its left token, one that ends with the character before the place,
/// and as its right token one that begins with the character after it. Where no merge has such tokens, nothing is joined,
/// and merges on one side never alter those on the other. With SentencePiece's "▁" in front of words, that is true of
/// nearly every word, even where a whole text is one word for the model.
struct UncrossedPlaces: PreTokenizer {
  /// The characters that begin words: "▁", the space, the end of a line.
  private static let starters: [UInt32] = [0x2581, 0x20, 0x0A]
  private let starters: [Starter]
  /// Only characters that are tokens by themselves are known to be the symbols that merges begin with.
  private let isToken: @Sendable (UInt32) -> Bool

  /// A character that words begin with.
  private struct Starter {
    let scalar: UInt32
    let bytes: [UInt8]
    /// The last characters of the left tokens of merges whose right tokens begin with it.
    var crossing: Set<UInt32> = []
  }

  /// - Parameters:
  ///   - merges: gives the texts of the two tokens of each merge.
  ///   - isToken: whether a character is a token by itself.
  init?(
    merges: (_ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Void) -> Void,
    isToken: @escaping @Sendable (UInt32) -> Bool
  ) {
    self.isToken = isToken
    var found = Self.starters.filter(isToken).map { scalar in
      var bytes: [UInt8] = []
      bytes.append(scalar: scalar)
      return Starter(scalar: scalar, bytes: bytes)
    }
    merges { left, right in
      guard !left.isEmpty else { return }
      for place in found.indices where right.starts(with: found[place].bytes) {
        var last = left.count - 1
        while last > 0, left[last] & 0xC0 == 0x80 { last -= 1 }
        found[place].crossing.insert((left.baseAddress! + last).decodeScalar().value)
      }
    }
    starters = found
    if starters.isEmpty { return nil }
  }

  func split(_ text: TextView, _ yield: (WordBatch) -> Void) {
    // Few words have one: most are left as they are at little cost.
    let bytes = text.bytes.baseAddress!
    WordCollector.collect(text, yield) { collector in
      var (start, place, previous) = (0, 0, UInt32.max)
      while place < text.count {
        let (scalar, length) = (bytes + place).decodeScalar()
        if place > start, let starter = starters.first(where: { $0.scalar == scalar }),
          !starter.crossing.contains(previous), isToken(previous)
        {
          collector.add(start..<place)
          start = place
        }
        (place, previous) = (place + length, scalar)
      }
      collector.add(start..<text.count)
    }
  }
}
