/// What people take for one character.
///
/// Not joined here are what only matters to longer graphemes than those that are looked up: flags, pictures joined by
/// U+200D, and conjuncts of Indic consonants. Source: Unicode Standard Annex #29, section 3.1.1.
enum Graphemes {
  private enum Flag {
    static let joined: UInt8 = 1
    static let control: UInt8 = 2
    static let prefix: UInt8 = 4
  }

  private static let flags: ScalarTable<UInt8> = {
    var table = ScalarTable<UInt8>(filler: 0)
    let sets: [(UInt8, StaticString)] = [
      (Flag.joined, GraphemeTables.joined), (Flag.control, GraphemeTables.controls),
      (Flag.prefix, GraphemeTables.prefixes),
    ]
    for (flag, steps) in sets {
      let bounds = ScalarSet(steps: steps).bounds
      for place in stride(from: 0, to: bounds.count, by: 2) {
        table.set(bounds[place]...(bounds[place + 1] - 1), to: flag)
      }
    }
    return table
  }()

  /// Where the grapheme that starts at `start` ends.
  static func end(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let bytes = text.baseAddress!
    var (previous, length) = (bytes + start).decodeScalar()
    var place = start + length
    // Hardly anything joins ASCII, nor does ASCII join anything.
    if place < text.count, bytes[place] < 0x80, previous < 0x80 {
      return previous == 0x0D && bytes[place] == 0x0A ? place + 1 : place
    }
    if flags[previous] & Flag.control != 0 { return place }
    while place < text.count {
      let (scalar, length) = (bytes + place).decodeScalar()
      let flag = flags[scalar]
      let isJoined =
        flag & Flag.joined != 0 || (flags[previous] & Flag.prefix != 0 && flag & Flag.control == 0)
        || HangulPart(previous).isJoined(by: HangulPart(scalar))
      guard isJoined else { break }
      place += length
      previous = scalar
    }
    return place
  }
}

/// A part of a Hangul syllable.
private enum HangulPart {
  case none, leading, vowel, trailing
  /// A syllable without a trailing consonant.
  case open
  /// A syllable with one.
  case closed

  init(_ scalar: UInt32) {
    self =
      switch scalar {
      case 0x1100..<0x1160, 0xA960..<0xA97D: .leading
      case 0x1160..<0x11A8, 0xD7B0..<0xD7C7: .vowel
      case 0x11A8..<0x1200, 0xD7CB..<0xD7FC: .trailing
      case 0xAC00..<0xD7A4: (scalar - 0xAC00) % 28 == 0 ? .open : .closed
      default: .none
      }
  }

  func isJoined(by next: HangulPart) -> Bool {
    switch self {
    case .none: false
    case .leading: next == .leading || next == .vowel || next == .open || next == .closed
    case .vowel, .open: next == .vowel || next == .trailing
    case .trailing, .closed: next == .trailing
    }
  }
}
