/// What people take for one character. Source: Unicode Standard Annex #29, section 3.1.1.
enum Graphemes {
  /// Where the grapheme that starts at `start` ends.
  static func end(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    start + String(decoding: UnsafeBufferPointer(rebasing: text[start..<min(start+64, text.count)]), as: UTF8.self).first!.utf8.count
  }
}
