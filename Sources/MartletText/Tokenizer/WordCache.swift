/// Remembers the ids of words within one text, since most words of a text come again.
struct WordCache {
  private var words = ByteInterner()
  private var ids: [Int32] = []
  private var starts: [Int] = [0]

  /// Longer words hardly ever come again.
  private static let longestWord = 64

  /// Adds the ids of a word to `output`, asking `model` only for words not seen before.
  mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>, with model: some TokenModel, into output: inout [Int32]
  ) {
    guard model.isCostly, word.count <= Self.longestWord else {
      model.encode(word, into: &output)
      return
    }
    let number = words.intern(word)
    if number == starts.count - 1 {
      model.encode(word, into: &ids)
      starts.append(ids.count)
    }
    output.append(contentsOf: ids[starts[number]..<starts[number + 1]])
  }
}
