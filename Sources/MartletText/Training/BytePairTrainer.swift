/// Learns the merges of byte-pair encoding: again and again the most frequent pair of neighbours becomes a
/// token; of equally frequent pairs the one with the lower ids.
///
/// Source: Sennrich et al. 2016, arXiv:1508.07909, algorithm 1; in the details (how pairs that overlap are
/// counted, and a token that two different merges give) `tokenizers`, bpe/trainer.rs.
///
/// Counts are kept up to date: a merge visits only the words that hold its pair.
final class BytePairTrainer {
  /// The bytes of each token, from `firstID` on.
  private(set) var tokens: [[UInt8]]
  /// The pairs of ids merged, in order.
  private(set) var merges: [(left: Int32, right: Int32)] = []

  private let firstID: Int32
  private var tokenNumbers = ByteInterner()
  /// The words' symbols laid end to end; a word keeps its place while it gets shorter.
  private var symbols: [Int32] = []
  private var starts: [Int] = []
  private var lengths: [Int] = []
  private let wordCounts: [Int]

  private var pairs = PairInterner()
  private var pairCounts: [Int] = []
  /// The words in which each pair has newly appeared since it was last put in line.
  private var newPlaces: [[Int32]] = []
  private var changedPairs: [Int] = []

  private var line = BinaryHeap<Candidate>()
  /// The words of each candidate.
  private var places: [[Int32]] = []

  /// A pair in line to be merged, with the count it had when it was put there.
  private struct Candidate: Comparable {
    let count: Int
    let pairOrder: UInt64
    let pair: Int
    let places: Int

    static func < (left: Candidate, right: Candidate) -> Bool {
      if left.count != right.count { return left.count > right.count }
      if left.pairOrder != right.pairOrder { return left.pairOrder < right.pairOrder }
      return left.places < right.places
    }
  }

  /// - Parameter firstID: the id of the first byte; special tokens have those before it.
  init(_ counts: WordCounts, firstID: Int32) {
    self.firstID = firstID
    tokens = ByteAlphabet.bytesInScalarOrder.map { [$0] }
    wordCounts = counts.counts
    var idOfByte = [Int32](repeating: 0, count: 256)
    for (number, token) in tokens.enumerated() {
      idOfByte[Int(token[0])] = firstID + Int32(number)
      _ = token.withUnsafeBufferPointer { tokenNumbers.intern($0) }
    }
    for word in 0..<counts.words.count {
      starts.append(symbols.count)
      for byte in counts.words[word] { symbols.append(idOfByte[Int(byte)]) }
      lengths.append(symbols.count - starts[word])
    }
  }

  /// Merges until the vocabulary has `vocabularySize` tokens or no pair is left.
  func train(vocabularySize: Int) {
    for word in 0..<starts.count {
      let start = starts[word]
      for place in start..<(start + max(lengths[word] - 1, 0)) {
        change(symbols[place], symbols[place + 1], by: wordCounts[word], in: Int32(word))
      }
    }
    putChangedPairsInLine()
    while Int(firstID) + tokens.count < vocabularySize, let top = line.pop() {
      let count = pairCounts[top.pair]
      if count != top.count {
        line.push(Candidate(count: count, pairOrder: top.pairOrder, pair: top.pair, places: top.places))
        continue
      }
      if count < 1 { break }
      let (left, right) = pairs[top.pair]
      let merged = token(joining: left, right)
      merges.append((left, right))
      for word in places[top.places] { merge(left, right, into: merged, inWord: Int(word)) }
      places[top.places] = []
      putChangedPairsInLine()
    }
  }

  /// The token of two tokens' bytes, which may be there already by another merge.
  private func token(joining left: Int32, _ right: Int32) -> Int32 {
    let bytes = tokens[Int(left - firstID)] + tokens[Int(right - firstID)]
    let number = bytes.withUnsafeBufferPointer { tokenNumbers.intern($0) }
    if number == tokens.count { tokens.append(bytes) }
    return firstID + Int32(number)
  }

  private func merge(_ left: Int32, _ right: Int32, into merged: Int32, inWord word: Int) {
    let (start, length, count) = (starts[word], lengths[word], wordCounts[word])
    let number = Int32(word)
    // `place` reads, `end` writes: what lies before `end` is done.
    var (place, end) = (start, start)
    let limit = start + length
    while place < limit {
      let symbol = symbols[place]
      guard symbol == left, place + 1 < limit, symbols[place + 1] == right else {
        symbols[end] = symbol
        place += 1
        end += 1
        continue
      }
      if end > start {
        let before = symbols[end - 1]
        change(before, left, by: -count, in: number)
        change(before, merged, by: count, in: number)
      }
      place += 2
      if place < limit {
        let after = symbols[place]
        change(right, after, by: -count, in: number)
        change(merged, after, by: count, in: number)
      }
      symbols[end] = merged
      end += 1
    }
    lengths[word] = end - start
  }

  private func change(_ left: Int32, _ right: Int32, by amount: Int, in word: Int32) {
    let pair = pairs.intern(left, right)
    if pair == pairCounts.count {
      pairCounts.append(0)
      newPlaces.append([])
    }
    pairCounts[pair] += amount
    guard amount > 0 else { return }
    if newPlaces[pair].isEmpty { changedPairs.append(pair) }
    if newPlaces[pair].last != word { newPlaces[pair].append(word) }
  }

  private func putChangedPairsInLine() {
    for pair in changedPairs {
      if pairCounts[pair] > 0 {
        let candidate = Candidate(
          count: pairCounts[pair], pairOrder: pairs.orderKey(pair), pair: pair, places: places.count)
        places.append(newPlaces[pair])
        line.push(candidate)
      }
      newPlaces[pair] = []
    }
    changedPairs = []
  }
}
