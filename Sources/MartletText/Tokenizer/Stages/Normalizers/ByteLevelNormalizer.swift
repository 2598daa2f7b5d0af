/// Writes the bytes of a text in GPT-2's alphabet.
struct ByteLevelNormalizer: TextNormalizer {
  var growth: Double { 2 }

  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool {
    output.appendAlphabet(0..<text.count, of: text)
    return true
  }
}
