/// Remembers the ids of words, since most words of a text come again.
///
/// What is remembered changes no id; it is bounded, whatever the texts.
struct WordCache: ~Copyable {
  private var shortWords = ShortWordTable()
  private var longWords = LongWordTable()
  /// The ids of short words that have more than stand in the table.
  private var furtherIDs: [Int32] = []
  /// The tokens of the word just asked for.
  private var new = WordTokens()

  /// 4 MB; then all short words are forgotten.
  private static let mostFurtherIDs = 1 << 20

  /// Adds the ids of words to `output`, asking `model` only for words that are not remembered.
  mutating func encode(_ words: WordBatch, with model: some TokenModel, into output: inout [Int32]) {
    guard model.isCostly else {
      new.removeAll()
      for word in words { model.encode(word, into: &new) }
      output += new.ids
      return
    }
    // The ids are gathered here and added to the output together.
    let most = Swift.min(words.ends.count, WordBatch.capacity) * ShortWordTable.Entry.most
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: most) { gathered in
      let (text, gathered) = (words.text.bytes.baseAddress!, gathered.baseAddress!)
      let lastReadable = words.text.count - 16
      var (start, count) = (words.start, 0)
      for end in words.ends {
        let length = end &- start
        if length <= ShortWord.longest, start <= lastReadable,
          let entry = shortWords.find(ShortWord(readable: text + start, count: length)),
          entry.pointee.count <= ShortWordTable.Entry.most
        {
          // All three places are written, and as many as are ids are kept: no branch depends on the word.
          (gathered[count], gathered[count &+ 1], gathered[count &+ 2]) = entry.pointee.ids
          count &+= Int(entry.pointee.count)
        } else {
          output.append(contentsOf: UnsafeBufferPointer(start: gathered, count: count))
          count = 0
          encode(UnsafeBufferPointer(start: text + start, count: length), with: model, into: &output)
        }
        start = end
      }
      output.append(contentsOf: UnsafeBufferPointer(start: gathered, count: count))
    }
  }

  /// Any word.
  private mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>, with model: some TokenModel, into output: inout [Int32]
  ) {
    if word.count > LongWordTable.longestWord {
      new.removeAll()
      model.encode(word, into: &new)
      output += new.ids
      return
    }
    if word.count > ShortWord.longest { return longWords.encode(word, with: model, into: &output) }
    let short = ShortWord(word)
    if let entry = shortWords.find(short) {
      let count = Int(entry.pointee.count)
      let ids = entry.pointee.ids
      if count > ShortWordTable.Entry.most {
        let start = Int(ids.0)
        output.append(contentsOf: furtherIDs[start..<(start + count)])
      } else {
        output.append(contentsOf: [ids.0, ids.1, ids.2].prefix(count))
      }
      return
    }
    new.removeAll()
    model.encode(word, into: &new)
    output.append(contentsOf: new.ids)
    remember(short)
  }

  /// Keeps the new ids as those of a word.
  private mutating func remember(_ word: ShortWord) {
    let newIDs = new.ids
    let count = newIDs.count
    var ids: (Int32, Int32, Int32) = (0, 0, 0)
    if count > ShortWordTable.Entry.most {
      if furtherIDs.count + count > Self.mostFurtherIDs {
        furtherIDs.removeAll(keepingCapacity: true)
        shortWords.removeAll()
      }
      ids.0 = Int32(furtherIDs.count)
      furtherIDs += newIDs
    } else {
      if count > 0 { ids.0 = newIDs[0] }
      if count > 1 { ids.1 = newIDs[1] }
      if count > 2 { ids.2 = newIDs[2] }
    }
    shortWords.insert(ShortWordTable.Entry(word: word, count: Int32(count), ids: ids))
  }
}
