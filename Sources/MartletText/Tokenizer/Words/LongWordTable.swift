/// The ids of longer words, which are kept byte for byte.
struct LongWordTable {
  private var words = ByteInterner()
  private var tokens = WordTokens()
  private var starts: [Int] = [0]

  /// Longer words hardly ever come again.
  static let longestWord = 64
  /// When there are more words all are forgotten: at most some 4 MB of bytes and as much of ids.
  private static let mostWords = 1 << 16

  /// Adds the ids of a word to `output`, asking `model` only for words that are not kept.
  mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>, with model: some TokenModel, into output: inout [Int32]
  ) {
    if words.count >= Self.mostWords { self = LongWordTable() }
    let number = words.intern(word)
    if number == starts.count - 1 {
      model.encode(word, into: &tokens)
      starts.append(tokens.ids.count)
    }
    output.append(contentsOf: tokens.ids[starts[number]..<starts[number + 1]])
  }
}
