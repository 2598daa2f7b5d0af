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
