/// The replacements that a SentencePiece model brings along: a table of texts and what becomes of them.
///
/// Source: `spm_precompiled`, and `tokenizers`, normalizers/precompiled.rs, whose ways with graphemes it keeps.
struct PrecompiledNormalizer: TextNormalizer {
  private let map: CharacterMap

  init(_ reader: JSONReader) throws(MartletError) {
    let text = try reader.required("precompiled_charsmap", as: String.self)
    guard let bytes = Base64.decode(text) else {
      throw reader.unexpected("precompiled_charsmap", expected: "base64")
    }
    guard let map = CharacterMap(bytes) else {
      throw reader.unexpected("precompiled_charsmap", expected: "a map of characters in base64")
    }
    self.map = map
  }

  var growth: Double { Double(map.longestReplacement) }

  /// Longer graphemes are looked up scalar by scalar.
  private static let longestGrapheme = 5

  func normalize(_ text: TextView, into output: inout AlignedText) -> Bool {
    let bytes = text.bytes.baseAddress!
    var changes: [(scalar: UInt32, change: Int)] = []
    changes.reserveCapacity(text.count)
    var (isChanged, place) = (false, 0)
    func replace(_ count: Int, by replacement: UnsafeBufferPointer<UInt8>) {
      isChanged = true
      let first = changes.count
      var place = 0
      while place < replacement.count {
        let (scalar, length) = (replacement.baseAddress! + place).decodeScalar()
        changes.append((scalar, changes.count - first < count ? 0 : 1))
        place += length
      }
      let missing = count - (changes.count - first)
      if missing > 0, !changes.isEmpty { changes[changes.count - 1].change -= missing }
    }
    while place < text.count {
      let end = Graphemes.end(in: text.bytes, from: place)
      if end - place <= Self.longestGrapheme {
        let grapheme = UnsafeBufferPointer(rebasing: text.bytes[place..<end])
        let isReplaced = map.withReplacement(of: grapheme) { replace(grapheme.scalarCount, by: $0) }
        if isReplaced {
          place = end
          continue
        }
      }
      while place < end {
        let (scalar, length) = (bytes + place).decodeScalar()
        let one = UnsafeBufferPointer(start: bytes + place, count: length)
        if !map.withReplacement(of: one, { replace(1, by: $0) }) { changes.append((scalar, 0)) }
        place += length
      }
    }
    guard isChanged else { return false }
    var transformation = TextTransformation(of: text)
    for (scalar, change) in changes { transformation.append(scalar, change, to: &output) }
    return true
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// How many scalars well-formed bytes are.
  var scalarCount: Int { reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 } }
}
