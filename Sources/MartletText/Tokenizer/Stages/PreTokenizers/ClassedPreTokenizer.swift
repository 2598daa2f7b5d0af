/// Cuts a text into runs of scalars of one class, or into single scalars of a class, and leaves one class out.
struct ClassedPreTokenizer: PreTokenizer {
  /// What a scalar is.
  enum Class: UInt8 {
    /// It is left out.
    case gap
    /// It belongs to a run of its like.
    case run
    /// It belongs to a run of its like, which are other than those of `run`.
    case otherRun
    /// It is a word.
    case single
  }

  private let classify: @Sendable (UInt32) -> Class
  private let asciiClasses: [Class]

  init(_ classify: @escaping @Sendable (UInt32) -> Class) {
    self.classify = classify
    asciiClasses = (0..<128 as Range<UInt32>).map(classify)
  }

  func split(_ text: TextView, _ yield: (WordBatch) -> Void) {
    let bytes = text.bytes.baseAddress!
    asciiClasses.withUnsafeBufferPointer { asciiClasses in
      WordCollector.collect(text, yield) { collector in
        var (start, place, current) = (0, 0, Class.gap)
        while place < text.count {
          let found: Class
          let length: Int
          if bytes[place] < 0x80 {
            (found, length) = (asciiClasses[Int(bytes[place])], 1)
          } else {
            let (scalar, scalarLength) = (bytes + place).decodeScalar()
            (found, length) = (classify(scalar), scalarLength)
          }
          if found != current || found == .single {
            if current != .gap { collector.add(start..<place) }
            (start, current) = (place, found)
          }
          place += length
        }
        if current != .gap { collector.add(start..<place) }
      }
    }
  }
}

extension ClassedPreTokenizer {
  /// `Whitespace`: runs of letters and their like, and runs of anything else but white space.
  static let whitespace = ClassedPreTokenizer { scalar in
    UnicodeProperties.isWord(scalar) ? .run : UnicodeProperties.isWhitespace(scalar) ? .gap : .otherRun
  }

  /// `BertPreTokenizer`: what white space and punctuation, each sign a word, leave.
  static let bert = ClassedPreTokenizer { scalar in
    if UnicodeProperties.isWhitespace(scalar) { return .gap }
    return UnicodeProperties.isBertPunctuation(scalar) ? .single : .run
  }
}
