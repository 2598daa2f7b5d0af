/// Pieces of text on coloured grounds, from the terminal's 256 colours.
enum ColouredText {
  /// Black text on a ground; nil leaves the terminal's own colours.
  static func on(_ ground: Int?, _ text: String) -> String {
    guard let ground else { return PrintableText.make(text) }
    // A ground that is on at the end of a line would fill the rest of it.
    return PrintableText.make(text).split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "\u{1B}[38;5;16;48;5;\(ground)m\($0)\u{1B}[0m" }
      .joined(separator: "\n")
  }

  /// Joins pieces, each with a value, so that every piece is made of whole characters: those that share one
  /// character are one piece, with the sum of their values.
  static func wholeCharacters(
    _ pieces: some Sequence<(bytes: [UInt8], value: Double)>, _ yield: (String, Double) -> Void
  ) {
    var bytes: [UInt8] = []
    var value = 0.0
    for piece in pieces {
      bytes += piece.bytes
      value += piece.value
      guard let text = String(validating: bytes, as: UTF8.self) else { continue }
      yield(text, value)
      (bytes, value) = ([], 0)
    }
    if !bytes.isEmpty { yield(String(decoding: bytes, as: UTF8.self), value) }
  }
}
