/// Cuts a text into words of so many scalars.
struct FixedLengthPreTokenizer: PreTokenizer {
  private let length: Int

  init(_ reader: JSONReader) throws(MartletError) {
    length = try reader.optional("length") ?? 5
    guard length > 0 else { throw reader.unexpected("length", expected: "an integer from 1") }
  }

  func split(_ text: TextView, _ yield: (WordBatch) -> Void) {
    WordCollector.collect(text, yield) { collector in
      var place = 0
      while place < text.count {
        let start = place
        var count = 0
        while place < text.count, count < length {
          place += (text.bytes.baseAddress! + place).scalarLength
          count += 1
        }
        collector.add(start..<place)
      }
    }
  }
}
