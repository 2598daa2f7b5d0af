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

  init(bytes: UnsafeBufferPointer<UInt8>, origins: UnsafePointer<Range<Int>>?, start: Int) {
    (self.bytes, self.origins, self.start) = (bytes, origins, start)
  }

  /// A whole text, without origins.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.init(bytes: bytes, origins: nil, start: 0)
  }

  var count: Int { bytes.count }

  /// A part of the piece, as a piece of its own.
  subscript(range: Range<Int>) -> TextView {
    TextView(
      bytes: UnsafeBufferPointer(rebasing: bytes[range]), origins: origins.map { $0 + range.lowerBound },
      start: startOfPart(at: range.lowerBound))
  }

  private func startOfPart(at place: Int) -> Int {
    if let origins, place < count { return origins[place].lowerBound }
    return place == 0 ? start : max(start, 1)
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
