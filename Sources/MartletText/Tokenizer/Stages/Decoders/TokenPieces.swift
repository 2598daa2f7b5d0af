/// Pieces of text on their way through the decoders, laid end to end.
struct TokenPieces {
  private(set) var bytes: [UInt8] = []
  /// Where each piece ends. What follows the last end is the start of a piece whose rest is still to come.
  private(set) var ends: [Int] = []

  /// Adds to the piece that has not ended.
  mutating func append(_ new: some Sequence<UInt8>) { bytes.append(contentsOf: new) }

  /// Adds a byte to the piece that has not ended.
  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Ends the piece.
  mutating func end() { ends.append(bytes.count) }

  /// Calls `body` with each piece, and at last with the start of one that has not ended, unless it is empty.
  func forEach(_ body: (_ piece: ArraySlice<UInt8>, _ isEnded: Bool) -> Void) {
    var start = 0
    for end in ends {
      body(bytes[start..<end], true)
      start = end
    }
    if start < bytes.count { body(bytes[start...], false) }
  }
}
