/// Keeps, leaves out or replaces each scalar by itself.
struct ScalarNormalizer: TextNormalizer {
  /// What becomes of a scalar.
  enum Change {
    case keep
    case leaveOut
    case replace(UInt32)
  }

  private let change: @Sendable (UInt32) -> Change
  /// Whether any scalar of ASCII changes.
  private let changesASCII: [Bool]

  init(_ change: @escaping @Sendable (UInt32) -> Change) {
    self.change = change
    changesASCII = (0..<128 as Range<UInt32>).map { scalar in
      if case .keep = change(scalar) { return false }
      return true
    }
  }

  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool {
    let bytes = text.bytes.baseAddress!
    var (kept, place) = (0, 0)
    while place < text.count {
      if bytes[place] < 0x80, !changesASCII[Int(bytes[place])] {
        place += 1
        continue
      }
      let (scalar, length) = (bytes + place).decodeScalar()
      switch change(scalar) {
      case .keep: break
      case .leaveOut:
        output.keep(kept..<place, of: text)
        kept = place + length
      case .replace(let other):
        output.keep(kept..<place, of: text)
        output.append(scalar: other, from: text, at: place)
        kept = place + length
      }
      place += length
    }
    if kept == 0 { return false }
    output.keep(kept..<text.count, of: text)
    return true
  }
}

extension ScalarNormalizer {
  /// `StripAccents`
  static let withoutMarks = ScalarNormalizer { UnicodeProperties.isMark($0) ? .leaveOut : .keep }

  /// `Nmt`: what Google's translation models take for white space becomes a space, controls go.
  static let nmt = ScalarNormalizer { scalar in
    switch scalar {
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: .leaveOut
    case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
      .replace(0x20)
    default: .keep
    }
  }

  /// `clean_text` of `BertNormalizer`.
  static let cleaned = ScalarNormalizer { scalar in
    if scalar == 0 || scalar == 0xFFFD || UnicodeProperties.isBertControl(scalar) { return .leaveOut }
    return scalar != 0x20 && UnicodeProperties.isWhitespace(scalar) ? .replace(0x20) : .keep
  }

  /// `strip_accents` of `BertNormalizer`, once a text is decomposed.
  static let withoutAccents = ScalarNormalizer { UnicodeProperties.isBertMark($0) ? .leaveOut : .keep }
}
