/// Makes a text from pieces and counts its bytes before they are there.
struct TextBuilder {
  private(set) var text = TracedText.empty
  let meter: TemplateMeter

  init(_ meter: TemplateMeter) { self.meter = meter }

  /// - Parameter runs: pieces of different origin, each of which needs memory too.
  private func count(_ more: Int, runs: Int = 1) throws(MartletError) {
    let memory = runs * MemoryLayout<TracedText.Run>.stride
    try meter.text(more + memory, longest: text.count + more)
  }

  mutating func append(_ more: TracedText) throws(MartletError) {
    try count(more.count, runs: more.runs.count)
    text.append(more)
  }

  mutating func append(_ more: TracedText, _ range: Range<Int>) throws(MartletError) {
    try count(range.count, runs: min(more.runs.count, range.count))
    text.append(more, range)
  }

  mutating func append(_ more: String, origin: TextOrigin = []) throws(MartletError) {
    try count(more.utf8.count)
    text.append(more.utf8, origin: origin)
  }

  mutating func append(_ scalar: Unicode.Scalar, origin: TextOrigin) throws(MartletError) {
    try count(4)
    text.append(UTF8.encode(scalar)!, origin: origin)
  }

  /// Appends a text several times; a negative number is none.
  mutating func append(_ more: TracedText, times: Int) throws(MartletError) {
    if more.isEmpty || times <= 0 { return }
    let (total, overflow) = more.count.multipliedReportingOverflow(by: times)
    // A text longer than the limit is refused before its runs are counted.
    try count(overflow ? Int.max / 2 : total, runs: 0)
    try count(0, runs: more.runs.count * times)
    for _ in 0..<times { text.append(more) }
  }
}
