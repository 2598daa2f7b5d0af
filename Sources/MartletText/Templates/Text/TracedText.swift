/// A string of a template: UTF-8 of which every byte knows its origin.
///
/// Whatever a template does to a string (slices, joins, changes of case, JSON), the origin of its pieces goes along,
/// so that in the end the text says which of its bytes came from the data.
struct TracedText: Sendable {
  /// Neighbouring bytes of one origin, up to the offset `end`.
  struct Run: Sendable, Equatable {
    var end: Int
    var origin: TextOrigin
  }

  /// Well-formed UTF-8.
  private(set) var bytes: [UInt8]
  /// Ascending by `end`, neighbours of different origin; the last one ends with the text.
  private(set) var runs: [Run]

  /// No text.
  static let empty = TracedText(bytes: [], runs: [])

  init(_ text: String, origin: TextOrigin = []) {
    self.init(Array(text.utf8), origin: origin)
  }

  init(_ bytes: [UInt8], origin: TextOrigin = []) {
    self.bytes = bytes
    runs = bytes.isEmpty ? [] : [Run(end: bytes.count, origin: origin)]
  }

  private init(bytes: [UInt8], runs: [Run]) {
    (self.bytes, self.runs) = (bytes, runs)
  }

  var count: Int { bytes.count }
  var isEmpty: Bool { bytes.isEmpty }
  var string: String { String(decoding: bytes, as: UTF8.self) }

  /// The origin of the byte at an offset.
  func origin(at offset: Int) -> TextOrigin { runs[run(at: offset)].origin }

  /// The number of the run that holds the byte at an offset.
  private func run(at offset: Int) -> Int {
    var (low, high) = (0, runs.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].end > offset { high = middle } else { low = middle + 1 }
    }
    return low
  }

  mutating func append(_ other: TracedText) {
    append(other, 0..<other.count)
  }

  mutating func append(_ other: TracedText, _ range: Range<Int>) {
    if range.isEmpty { return }
    let base = bytes.count - range.lowerBound
    bytes.append(contentsOf: other.bytes[range])
    var place = other.run(at: range.lowerBound)
    while true {
      let run = other.runs[place]
      extend(to: base + min(run.end, range.upperBound), run.origin)
      if run.end >= range.upperBound { return }
      place += 1
    }
  }

  mutating func append(_ more: some Collection<UInt8>, origin: TextOrigin) {
    if more.isEmpty { return }
    bytes.append(contentsOf: more)
    extend(to: bytes.count, origin)
  }

  private mutating func extend(to end: Int, _ origin: TextOrigin) {
    if let last = runs.last, last.origin == origin {
      runs[runs.count - 1].end = end
    } else {
      runs.append(Run(end: end, origin: origin))
    }
  }

  /// The bytes in a range, which must lie between characters.
  subscript(range: Range<Int>) -> TracedText {
    if range == 0..<count { return self }
    var part = TracedText.empty
    part.append(self, range)
    return part
  }

  /// The same text, of which everything also has an origin.
  func adding(_ origin: TextOrigin) -> TracedText {
    var result = TracedText(bytes: bytes, runs: [])
    for run in runs { result.extend(to: run.end, run.origin.union(origin)) }
    return result
  }

  /// The ranges of bytes whose origin includes one.
  func ranges(of origin: TextOrigin) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for run in runs {
      if run.origin.contains(origin) {
        if let last = ranges.last, last.upperBound == start {
          ranges[ranges.count - 1] = last.lowerBound..<run.end
        } else {
          ranges.append(start..<run.end)
        }
      }
      start = run.end
    }
    return ranges
  }
}

extension TracedText: Equatable {
  /// The same letters, wherever they came from.
  static func == (left: TracedText, right: TracedText) -> Bool { left.bytes == right.bytes }
}
