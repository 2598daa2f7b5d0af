/// A text that a stage of the pipeline makes of another, with the origin of each byte when it is asked for.
///
/// Origins follow `NormalizedString` of `tokenizers`: all bytes of a character have one origin, a range of the bytes of
/// the original text.
struct AlignedText {
  private(set) var bytes: [UInt8] = []
  private(set) var origins: [Range<Int>] = []
  private let start: Int
  private let isTracked: Bool
  /// Without origins, how many bytes at the start stand for the first character of the original text.
  private var lead = 0

  /// An empty text to be made of `source`.
  init(of source: TextView) {
    start = source.start
    isTracked = source.origins != nil
    bytes.reserveCapacity(source.count + source.count / 8)
    if isTracked { origins.reserveCapacity(source.count + source.count / 8) }
  }

  /// The text as given: each byte stands for its character.
  init(original text: UnsafeBufferPointer<UInt8>) {
    start = 0
    isTracked = true
    bytes = Array(text)
    origins.reserveCapacity(text.count)
    var place = 0
    while place < text.count {
      let length = (text.baseAddress! + place).scalarLength
      origins.append(contentsOf: repeatElement(place..<(place + length), count: length))
      place += length
    }
  }

  /// Whether each byte's origin is asked for.
  var keepsOrigins: Bool { isTracked }

  /// Calls `body` with a view of the text.
  func withView<Result>(_ body: (TextView) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { bytes in
      origins.withUnsafeBufferPointer { origins in
        body(TextView(bytes: bytes, origins: isTracked ? origins.baseAddress : nil, start: start, lead: lead))
      }
    }
  }

  /// Adds a part of `source` as it is.
  mutating func keep(_ range: Range<Int>, of source: TextView) {
    if range.lowerBound < source.lead, lead == bytes.count {
      lead += min(range.upperBound, source.lead) - range.lowerBound
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source.bytes[range]))
    if isTracked, let from = source.origins {
      origins.append(contentsOf: UnsafeBufferPointer(start: from + range.lowerBound, count: range.count))
    }
  }

  /// Adds bytes that stand for what the byte of `source` at `place` stands for; before its first byte, for nothing.
  mutating func append(_ new: some Collection<UInt8>, from source: TextView, at place: Int) {
    addLead(new.count, source, place)
    bytes.append(contentsOf: new)
    if isTracked { origins.append(contentsOf: repeatElement(origin(source, place), count: new.count)) }
  }

  /// Adds bytes that stand for a part of `source`; an empty part stands for the place between its neighbours.
  mutating func append(_ new: some Collection<UInt8>, from source: TextView, of part: Range<Int>) {
    bytes.append(contentsOf: new)
    guard isTracked else { return }
    let origin: Range<Int>
    if part.isEmpty {
      let place = part.lowerBound > 0 ? self.origin(source, part.lowerBound - 1).upperBound : start
      origin = place..<place
    } else {
      origin = source.original(part)
    }
    origins.append(contentsOf: repeatElement(origin, count: new.count))
  }

  /// Takes the last bytes away again.
  mutating func removeLast(_ count: Int) {
    bytes.removeLast(count)
    if isTracked { origins.removeLast(count) }
  }

  /// Adds a scalar in the same way.
  mutating func append(scalar: UInt32, from source: TextView, at place: Int) {
    let before = bytes.count
    bytes.append(scalar: scalar)
    addLead(bytes.count - before, source, place, from: before)
    if isTracked {
      origins.append(contentsOf: repeatElement(origin(source, place), count: bytes.count - before))
    }
  }

  /// Counts bytes that stand for the start of the original text.
  @inline(__always) private mutating func addLead(
    _ count: Int, _ source: TextView, _ place: Int, from end: Int? = nil
  ) {
    if place < source.lead, lead == end ?? bytes.count, place >= 0 || source.start == 0 { lead += count }
  }

  private func origin(_ source: TextView, _ place: Int) -> Range<Int> {
    guard place >= 0, place < source.count, let origins = source.origins else { return start..<start }
    return origins[place]
  }
}
