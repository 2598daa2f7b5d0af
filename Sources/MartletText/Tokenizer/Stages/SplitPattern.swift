/// A way to cut text into words, known by the regular expression it is equal to.
///
/// Each is written out by hand: general regular expressions are slow and differ between platforms.
protocol SplitPattern: Sendable {
  /// The regular expression as it stands in `tokenizer.json`. Every text must be covered by its matches.
  var expression: String { get }

  /// Where the word that starts at `start` ends. The text is well-formed UTF-8 and `start < text.count`.
  func endOfWord(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int
}

/// The patterns that are known.
enum SplitPatterns {
  static let all: [any SplitPattern] = [GPT2Pattern(), WordPattern()]

  static func named(_ expression: String) -> (any SplitPattern)? {
    all.first { UTF8Key($0.expression) == UTF8Key(expression) }
  }
}

/// GPT-2's words: contractions, letters, numbers and other marks, each with at most one space in front, and
/// whitespace.
///
/// Source: Radford et al. 2019, encoder.py.
struct GPT2Pattern: SplitPattern {
  let expression = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  private let classes = ScalarClasses.shared
  /// What `[^\s\p{L}\p{N}]` leaves out.
  private static let otherThanSigns: ScalarClass = [.letter, .number, .whitespace]

  func endOfWord(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let bytes = text.baseAddress!
    let first = bytes[start]
    if first == UInt8(ascii: "'") {
      let length = contractionLength(bytes + start, count: text.count - start)
      if length > 0 { return start + length }
    }
    let body = first == UInt8(ascii: " ") ? start + 1 : start
    if body < text.count {
      let bodyClass = classes[(bytes + body).decodeScalar().value]
      if bodyClass.contains(.letter) { return classes.endOfRun(of: .letter, in: text, from: body) }
      if bodyClass.contains(.number) { return classes.endOfRun(of: .number, in: text, from: body) }
      if !bodyClass.contains(.whitespace) {
        return classes.endOfRun(of: Self.otherThanSigns, inverted: true, in: text, from: body)
      }
    }
    return endOfWhitespace(in: text, from: start)
  }

  /// `\s+(?!\S)|\s+`: the last scalar of a run belongs to the word after it, unless it is the whole run.
  private func endOfWhitespace(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let bytes = text.baseAddress!
    let end = classes.endOfRun(of: .whitespace, in: text, from: start)
    if end == text.count { return end }
    var last = end - 1
    while bytes[last] & 0xC0 == 0x80 { last -= 1 }
    return last > start ? last : end
  }

  private func contractionLength(_ bytes: UnsafePointer<UInt8>, count: Int) -> Int {
    guard count > 1 else { return 0 }
    switch bytes[1] {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return count > 2 && bytes[2] == UInt8(ascii: "e") ? 3 : 0
    case UInt8(ascii: "l"): return count > 2 && bytes[2] == UInt8(ascii: "l") ? 3 : 0
    default: return 0
    }
  }
}

/// Words as people write them: letters, marks and digits with apostrophes inside; anything else, whitespace
/// too, stands alone, scalar by scalar.
struct WordPattern: SplitPattern {
  let expression = #"[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[\s\S]"#
  private let classes = ScalarClasses.shared

  func endOfWord(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var end = classes.endOfRun(of: .wordCharacter, in: text, from: start)
    if end == start { return start + (text.baseAddress! + start).scalarLength }
    while end < text.count {
      let (scalar, length) = (text.baseAddress! + end).decodeScalar()
      guard scalar == 0x27 || scalar == 0x2019 else { break }
      let next = classes.endOfRun(of: .wordCharacter, in: text, from: end + length)
      if next == end + length { break }
      end = next
    }
    return end
  }
}
