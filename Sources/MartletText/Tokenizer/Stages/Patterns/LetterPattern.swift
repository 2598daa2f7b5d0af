/// The words of the tokenizers after GPT-2's: letters with any one sign in front, few digits together, signs with the
/// ends of lines after them.
///
/// One scanner for a family of expressions that differ in a few places: OpenAI's cl100k and o200k, those of Llama 3 and 4,
/// Qwen, GPT-OSS, Mistral and more.
struct LetterPattern: SplitPattern {
  /// What a word of letters is.
  enum Letters {
    /// `\p{L}+`
    case plain
    /// `[\p{L}\p{M}]+`
    case withMarks
    /// Capitals and then lower case, with marks: a new word begins with a capital after lower case.
    case cased
  }

  /// Where `'s` and its like are words, in any case.
  enum Contractions {
    case none
    /// Before anything else.
    case first
    /// At the end of a word of letters.
    case afterLetters
  }

  let letters: Letters
  let contractions: Contractions
  /// How many digits stand together at most.
  let digits: Int
  /// Whether signs take slashes after them, like the ends of lines.
  let takesSlashes: Bool
  private let classes = ScalarClasses.shared

  /// Those that are in use.
  static let all: [LetterPattern] = [
    // GPT-4, Llama 3, OLMo 2, …
    LetterPattern(letters: .plain, contractions: .first, digits: 3, takesSlashes: false),
    // Qwen 2 and 3.
    LetterPattern(letters: .plain, contractions: .first, digits: 1, takesSlashes: false),
    // Qwen 3.5.
    LetterPattern(letters: .withMarks, contractions: .first, digits: 1, takesSlashes: false),
    // GPT-4o, GPT-OSS, Llama 4.
    LetterPattern(letters: .cased, contractions: .afterLetters, digits: 3, takesSlashes: true),
    // Mistral's Tekken.
    LetterPattern(letters: .cased, contractions: .none, digits: 1, takesSlashes: true),
  ]

  var expression: String {
    let contraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    let (upper, lower) = (#"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#, #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#)
    let end = contractions == .afterLetters ? contraction + "?" : ""
    let prefix = #"[^\r\n\p{L}\p{N}]?"#
    let words =
      switch letters {
      case .plain: [prefix + #"\p{L}+"#]
      case .withMarks: [prefix + #"[\p{L}\p{M}]+"#]
      case .cased: ["\(prefix)\(upper)*\(lower)+\(end)", "\(prefix)\(upper)+\(lower)*\(end)"]
      }
    let marks = letters == .withMarks ? #"\p{M}"# : ""
    return
      ((contractions == .first ? [contraction] : []) + words + [
        digits == 1 ? #"\p{N}"# : #"\p{N}{1,\#(digits)}"#,
        #" ?[^\s\p{L}\#(marks)\p{N}]+[\r\n\#(takesSlashes ? "/" : "")]*"#,
        #"\s*[\r\n]+"#, #"\s+(?!\S)"#, #"\s+"#,
      ]).joined(separator: "|")
  }

  func endOfWord(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let bytes = text.baseAddress!
    let (scalar, length) = (bytes + start).decodeScalar()
    let first = classes[scalar]
    if scalar == 0x27, contractions == .first {
      let length = contractionLength(in: text, at: start)
      if length > 0 { return start + length }
    }
    if first.contains(.number) { return endOfDigits(in: text, from: start + length) }
    if let end = endOfLetters(in: text, from: start, first, scalar, length) { return end }
    // Signs, with a space in front.
    let body = scalar == 0x20 ? start + length : start
    if body < text.count {
      let isSign =
        body == start ? isSign(first) : isSign(classes[(bytes + body).decodeScalar().value])
      if isSign { return endOfSigns(in: text, from: body) }
    }
    return endOfWhitespace(in: text, from: start)
  }

  private func endOfDigits(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var (end, count) = (start, 1)
    while count < digits, end < text.count {
      let (scalar, length) = (text.baseAddress! + end).decodeScalar()
      guard classes[scalar].contains(.number) else { break }
      end += length
      count += 1
    }
    return end
  }

  /// The end of a word of letters, with one scalar in front that is none; nil when there are no letters.
  private func endOfLetters(
    in text: UnsafeBufferPointer<UInt8>, from start: Int, _ first: ScalarClass, _ scalar: UInt32,
    _ length: Int
  ) -> Int? {
    let isPrefix = !first.contains(.letter) && scalar != 0x0A && scalar != 0x0D
    guard isPrefix || first.contains(.letter) else { return nil }
    let body = isPrefix ? start + length : start
    switch letters {
    case .plain:
      let end = classes.endOfRun(of: .letter, in: text, from: body)
      return end > body ? end : nil
    case .withMarks:
      let end = classes.endOfRun(of: [.letter, .mark], in: text, from: body)
      // A mark alone is a word by itself.
      return end > body ? end : first.contains(.mark) ? body : nil
    case .cased:
      let word = casedWord(in: text, from: body)
      let end: Int
      if first.contains(.mark), word.isAllCapitals || word.end == body {
        // What would be the sign in front of capitals is a word of lower case before them.
        end = body
      } else if word.end > body {
        end = word.end
      } else {
        return nil
      }
      return contractions == .afterLetters ? end + contractionLength(in: text, at: end) : end
    }
  }

  /// Capitals and then lower case; letters without case, and marks, are both.
  private func casedWord(
    in text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (end: Int, isAllCapitals: Bool) {
    var place = start
    // The end of the last scalar that may be lower case.
    var lastLower = start
    while place < text.count {
      let (scalar, length) = (text.baseAddress! + place).decodeScalar()
      let found = classes[scalar]
      if found.contains(.lowercase) {
        return (endOfLower(in: text, from: place + length), false)
      }
      if found.isDisjoint(with: [.letter, .mark]) { break }
      place += length
      if !found.contains(.capital) { lastLower = place }
    }
    return lastLower > start ? (lastLower, false) : (place, place > start)
  }

  private func endOfLower(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var place = start
    while place < text.count {
      let (scalar, length) = (text.baseAddress! + place).decodeScalar()
      let found = classes[scalar]
      if found.isDisjoint(with: [.letter, .mark]) || found.contains(.capital) { break }
      place += length
    }
    return place
  }

  private func isSign(_ found: ScalarClass) -> Bool { found.isDisjoint(with: otherThanSigns) }

  private var otherThanSigns: ScalarClass {
    letters == .withMarks
      ? [.letter, .mark, .number, .whitespace] : [.letter, .number, .whitespace]
  }

  private func endOfSigns(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var end = classes.endOfRun(of: otherThanSigns, inverted: true, in: text, from: start)
    while end < text.count {
      let byte = text[end]
      guard byte == 0x0A || byte == 0x0D || (takesSlashes && byte == UInt8(ascii: "/")) else { break }
      end += 1
    }
    return end
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last end of a line, or else all but the last scalar, which belongs to the
  /// word after it.
  private func endOfWhitespace(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let bytes = text.baseAddress!
    var (end, last, endOfLine) = (start, start, start)
    while end < text.count {
      let (scalar, length) = (bytes + end).decodeScalar()
      guard classes[scalar].contains(.whitespace) else { break }
      (last, end) = (end, end + length)
      if scalar == 0x0A || scalar == 0x0D { endOfLine = end }
    }
    if endOfLine > start { return endOfLine }
    return end == text.count || last == start ? end : last
  }

  /// The length of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at a place, 0 when it is not there.
  func contractionLength(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
    guard start + 1 < text.count, text[start] == UInt8(ascii: "'") else { return 0 }
    switch text[start + 1] | 0x20 {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return text[start + 1] < 0x80 ? 2 : 0
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return start + 2 < text.count && text[start + 2] | 0x20 == UInt8(ascii: "e") ? 3 : 0
    case UInt8(ascii: "l"):
      return start + 2 < text.count && text[start + 2] | 0x20 == UInt8(ascii: "l") ? 3 : 0
    // The long s is an s in another case.
    case 0xE5: return start + 2 < text.count && text[start + 1] == 0xC5 && text[start + 2] == 0xBF ? 3 : 0
    default: return 0
    }
  }
}
