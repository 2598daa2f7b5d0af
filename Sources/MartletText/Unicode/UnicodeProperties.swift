/// The sets of scalars that `tokenizers` asks for outside its regular expressions, each by the Unicode version that
/// the library has for it.
enum UnicodeProperties {
  /// White space: Rust's `char::is_whitespace`, which is also `\s`.
  static func isWhitespace(_ scalar: UInt32) -> Bool {
    ScalarClasses.shared[scalar].contains(.whitespace)
  }

  /// Numbers: Rust's `char::is_numeric`, which Digits goes by.
  static func isNumeric(_ scalar: UInt32) -> Bool { flags[scalar] & Flag.numeric != 0 }

  /// `\w` of Rust's `regex`, which Whitespace and added tokens that are single words go by.
  static func isWord(_ scalar: UInt32) -> Bool { flags[scalar] & Flag.word != 0 }

  /// Marks, which StripAccents leaves out.
  static func isMark(_ scalar: UInt32) -> Bool { flags[scalar] & Flag.mark != 0 }

  /// Nonspacing marks, which BertNormalizer leaves out when it strips accents.
  static func isBertMark(_ scalar: UInt32) -> Bool { flags[scalar] & Flag.bertMark != 0 }

  /// Controls, which BertNormalizer leaves out when it cleans a text; not tab, newline and carriage return.
  static func isBertControl(_ scalar: UInt32) -> Bool { flags[scalar] & Flag.bertControl != 0 }

  /// Punctuation, which BertPreTokenizer and Punctuation set apart.
  static func isBertPunctuation(_ scalar: UInt32) -> Bool { flags[scalar] & Flag.bertPunctuation != 0 }

  /// Chinese characters, which BertNormalizer puts spaces around.
  static func isBertChinese(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F,
      0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  private enum Flag {
    static let numeric: UInt8 = 1
    static let word: UInt8 = 2
    static let mark: UInt8 = 4
    static let bertMark: UInt8 = 8
    static let bertControl: UInt8 = 16
    static let bertPunctuation: UInt8 = 32
  }

  private static let flags: ScalarTable<UInt8> = {
    let sets: [(UInt8, StaticString)] = [
      (Flag.numeric, UnicodeTables.numeric), (Flag.word, UnicodeTables.regexWord),
      (Flag.mark, UnicodeTables.marks), (Flag.bertMark, UnicodeTables.bertMarks),
      (Flag.bertControl, UnicodeTables.bertControls), (Flag.bertPunctuation, UnicodeTables.bertPunctuation),
    ]
    // Cut where any of the sets begins or ends, so that each piece has the same flags throughout.
    let scalars = sets.map { (flag: $0.0, set: ScalarSet(steps: $0.1)) }
    let cuts = Set(scalars.flatMap { $0.set.bounds }).sorted()
    var table = ScalarTable<UInt8>(filler: 0)
    for (start, end) in zip(cuts, cuts.dropFirst()) {
      let value = scalars.reduce(0) { $1.set.contains(start) ? $0 | $1.flag : $0 }
      if value != 0 { table.set(start...(end - 1), to: value) }
    }
    return table
  }()
}
