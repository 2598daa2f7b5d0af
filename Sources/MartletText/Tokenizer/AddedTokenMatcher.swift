/// Finds any of thousands of texts in a text, leftmost and longest first.
struct AddedTokenMatcher: Sendable {
  /// What is made of a token found in a text.
  enum Judgement {
    /// It is a token.
    case accepted
    /// It is text, and no other token is looked for in it.
    case discarded
    /// It is as if it were not there.
    case ignored
  }

  /// A token found in a text.
  struct Match {
    let token: Int32
    let start: Int
    let end: Int
    let isAccepted: Bool
  }

  private var trie = ByteTrie()
  /// The different first bytes.
  private var firstBytes: [UInt8] = []
  /// The same, each 16 times, while they are few.
  private var compared: [SIMD16<UInt8>] = []
  private var hasPlainTokens = false

  /// So many first bytes are compared with 16 bytes of a text at once.
  private static let mostCompared = 4

  var isEmpty: Bool { firstBytes.isEmpty }

  /// Adds a text that is not empty.
  mutating func insert(_ text: [UInt8], _ token: Int32, isSpecial: Bool) {
    text.withUnsafeBufferPointer { trie.insert($0, token) }
    if !firstBytes.contains(text[0]) {
      firstBytes.append(text[0])
      compared = (0..<Self.mostCompared).map {
        SIMD16(repeating: firstBytes[min($0, firstBytes.count - 1)])
      }
    }
    if !isSpecial { hasPlainTokens = true }
  }

  /// Whether anything could be accepted.
  func canMatch(_ parsing: SpecialTokenParsing) -> Bool {
    !isEmpty && (hasPlainTokens || parsing != .nowhere)
  }

  /// The first match from a place on that is not ignored, the longest one there.
  func firstMatch(
    in text: TextView, from start: Int, judge: (Int32, Range<Int>) -> Judgement
  ) -> Match? {
    var start = start
    while true {
      start = firstCandidate(in: text.bytes, from: start)
      if start >= text.count { return nil }
      var match: Match?
      var (node, place) = (ByteTrie.root, start)
      while place < text.count, let child = trie.child(of: node, text.bytes[place]) {
        (node, place) = (child, place + 1)
        let token = trie.value(at: node)
        guard token >= 0 else { continue }
        switch judge(token, start..<place) {
        case .ignored: break
        case let judgement:
          match = Match(token: token, start: start, end: place, isAccepted: judgement == .accepted)
        }
      }
      if let match { return match }
      start += 1
    }
  }

  /// The first place at which a token may start: most bytes start none.
  private func firstCandidate(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let bytes = text.baseAddress else { return start }
    var place = start
    if firstBytes.count <= Self.mostCompared {
      let (first, second, third, fourth) = (compared[0], compared[1], compared[2], compared[3])
      while place + 16 <= text.count {
        let sixteen = UnsafeRawPointer(bytes + place).loadUnaligned(as: SIMD16<UInt8>.self)
        if any((sixteen .== first) .| (sixteen .== second) .| (sixteen .== third) .| (sixteen .== fourth)) {
          break
        }
        place += 16
      }
    }
    while place < text.count, !trie.hasStrings(startingWith: bytes[place]) { place += 1 }
    return place
  }
}
