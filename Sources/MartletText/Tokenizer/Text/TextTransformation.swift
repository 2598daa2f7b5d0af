/// Makes a text of scalars of which each says how it moves through the text as given.
///
/// Source: `tokenizers`, normalizer.rs, `transform_range`.
struct TextTransformation {
  private let source: TextView
  /// How far the source was taken.
  private var place: Int

  /// - Parameter start: where in the source the scalars begin.
  init(of source: TextView, from start: Int = 0) {
    self.source = source
    place = start
  }

  /// Adds a scalar to `output`.
  ///
  /// - Parameter change: 0 where it takes the place of one scalar of the source, 1 where it was put in besides, and -n
  ///   where n more scalars of the source went into it.
  @inline(__always) mutating func append(_ scalar: UInt32, _ change: Int, to output: inout AlignedText) {
    output.append(scalar: scalar, from: source, at: change > 0 ? place - 1 : place)
    if change > 0 { return }
    for _ in 0...(-change) where place < source.count {
      place += (source.bytes.baseAddress! + place).scalarLength
    }
  }
}
