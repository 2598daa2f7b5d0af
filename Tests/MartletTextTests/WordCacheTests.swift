import Testing

@testable import MartletText

/// What is remembered of words changes no ids, and stays bounded.
struct WordCacheTests {
  /// Gives a word its bytes as ids, and those of "x" none.
  private struct BytesModel: TokenModel {
    var isCostly: Bool { true }

    func encode(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout WordTokens) {
      for byte in word where byte != UInt8(ascii: "x") { tokens.append(Int32(byte), 0..<1) }
    }
  }

  private func encode(_ words: [String], with cache: inout WordCache) -> [Int32] {
    var (ids, start): ([Int32], Int) = ([], 0)
    var text = words.joined()
    let ends = words.map { word in
      start += word.utf8.count
      return start
    }
    text.withUTF8 { bytes in
      for first in stride(from: 0, to: ends.count, by: WordBatch.capacity) {
        ends[first..<min(first + WordBatch.capacity, ends.count)].withUnsafeBufferPointer {
          let start = first == 0 ? 0 : ends[first - 1]
          let words = WordBatch(text: TextView(bytes), start: start, ends: $0)
          cache.encode(words, with: BytesModel(), into: &ids)
        }
      }
    }
    return ids
  }

  /// Words of every length and number of ids, the last ones of a text among them.
  @Test func givesTheIdsOfTheModel() {
    var generator = SplitMix(state: 4)
    var cache = WordCache()
    for _ in 0..<200 {
      let words = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
        let length = Int.random(in: 1...(Bool.random(using: &generator) ? 3 : 80), using: &generator)
        return String((0..<length).map { _ in "abxé".randomElement(using: &generator)! })
      }
      let expected = words.joined().utf8.filter { $0 != UInt8(ascii: "x") }.map { Int32($0) }
      #expect(encode(words, with: &cache) == expected)
    }
  }

  /// More words than are kept, short ones and long ones.
  @Test func forgetsWhatIsTooMuch() {
    for letters in [6, 18] {
      var generator = SplitMix(state: UInt64(letters))
      var cache = WordCache()
      let words = (0..<150_000).map { _ in
        let number = UInt32.random(in: 0...UInt32.max, using: &generator)
        let digits = String(number, radix: 36)
        return digits + String(repeating: "-", count: letters - min(letters, digits.utf8.count))
      }
      let expected = words.joined().utf8.filter { $0 != UInt8(ascii: "x") }.map { Int32($0) }
      #expect(encode(words, with: &cache) == expected)
      #expect(encode(words, with: &cache) == expected)
    }
  }

  @Test func fullTableKeepsTheNewest() {
    var table = ShortWordTable()
    var found = 0
    func word(_ number: Int) -> ShortWord {
      Array(String(number).utf8).withUnsafeBufferPointer { ShortWord($0) }
    }
    for number in 0..<300_000 {
      table.insert(.init(word: word(number), count: 1, ids: (Int32(number), 0, 0)))
      #expect(table.find(word(number))?.pointee.ids.0 == Int32(number))
    }
    for number in 0..<300_000 {
      guard let entry = table.find(word(number)) else { continue }
      found += 1
      #expect(entry.pointee.ids.0 == Int32(number))
    }
    // 2¹⁷ slots, nearly all of them taken.
    #expect(found > 120_000 && found <= 1 << 17 + 8)
    table.removeAll()
    #expect(table.find(word(299_999)) == nil)
  }

  @Test func shortWordsAreReadAlike() {
    let text = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    text.withUnsafeBufferPointer { text in
      for length in 1...ShortWord.longest {
        let word = UnsafeBufferPointer(rebasing: text[3..<(3 + length)])
        let whole = ShortWord(readable: text.baseAddress! + 3, count: length)
        #expect(whole == ShortWord(word))
        #expect(whole != .none)
      }
    }
  }
}
