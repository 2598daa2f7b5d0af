/// GPT-2's words: contractions, letters, numbers and other marks, each with at most one space in front, and
/// whitespace.
///
/// Source: Radford et al. 2019, encoder.py.
struct GPT2Pattern: SplitPattern {
  let expression = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  private let classes = ScalarClasses.shared
  /// What `[^\s\p{L}\p{N}]` leaves out.
  private static let otherThanSigns: ScalarClass = [.letter, .number, .whitespace]

  func findWords(
    in text: UnsafeBufferPointer<UInt8>, from start: Int, ends: UnsafeMutableBufferPointer<Int>
  ) -> Int {
    let bytes = text.baseAddress!
    // A block holds at most as many words as bytes.
    let mostBeforeBlock = ends.count - ASCIIBlock.size
    var (start, count) = (start, 0)
    while start < text.count, count <= mostBeforeBlock {
      var starts: UInt64 = 0
      // A block of which not even the first bytes are ASCII tells nothing.
      if text.count - start >= ASCIIBlock.size, (bytes[start] | bytes[start + 1] | bytes[start + 2]) < 0x80 {
        starts = startsOfWords(inBlockAt: bytes + start)
      }
      if starts == 0 {
        start = endOfWord(in: text, from: start)
        ends[count] = start
        count += 1
        continue
      }
      let block = start
      while starts != 0 {
        start = block + starts.trailingZeroBitCount
        ends[count] = start
        count += 1
        starts &= starts &- 1
      }
    }
    return count
  }

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

  func contractionLength(_ bytes: UnsafePointer<UInt8>, count: Int) -> Int {
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
