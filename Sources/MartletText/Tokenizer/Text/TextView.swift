/// A piece of a text on its way through the pipeline, and where each of its bytes came from.
///
/// Views point into memory of their maker and are good only while it lends them.
struct TextView {
  /// Well-formed UTF-8.
  let bytes: UnsafeBufferPointer<UInt8>
  /// The bytes of the original text that each byte stands for; nil when nobody asks for them.
  let origins: UnsafePointer<Range<Int>>?
  /// Where the piece starts in the original text. Without origins only whether it is 0 is meant.
  let start: Int
  /// Without origins, how many bytes at the start stand for the first character of the original text.
  let lead: Int

  init(bytes: UnsafeBufferPointer<UInt8>, origins: UnsafePointer<Range<Int>>?, start: Int, lead: Int) {
    (self.bytes, self.origins, self.start, self.lead) = (bytes, origins, start, lead)
  }

  /// A whole text, without origins.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.init(
      bytes: bytes, origins: nil, start: 0, lead: bytes.isEmpty ? 0 : bytes.baseAddress!.scalarLength)
  }

  var count: Int { bytes.count }

  /// A part of the piece, as a piece of its own, which starts where its first byte came from.
  subscript(range: Range<Int>) -> TextView {
    let place = range.lowerBound
    let start: Int
    if let origins, place < count { start = origins[place].lowerBound } else { start = place < lead ? 0 : 1 }
    return TextView(
      bytes: UnsafeBufferPointer(rebasing: bytes[range]), origins: origins.map { $0 + place }, start: start,
      lead: min(max(lead - place, 0), range.count))
  }

  /// The bytes of the original text that a range of this piece stands for.
  ///
  /// A range that this piece does not have is given back as it is, as `tokenizers` does.
  func original(_ range: Range<Int>) -> Range<Int> {
    guard let origins, !range.isEmpty, range.upperBound <= count else { return range }
    let (lower, upper) = (origins[range.lowerBound].lowerBound, origins[range.upperBound - 1].upperBound)
    return lower..<max(lower, upper)
  }
}
