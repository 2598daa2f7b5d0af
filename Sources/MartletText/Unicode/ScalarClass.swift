/// What a scalar is for splitting text into words.
///
/// The classes are exactly those of the regular expressions in `tokenizers`, on every platform: they come from
/// a table, not from the Unicode version of the Swift runtime.
struct ScalarClass: OptionSet {
  let rawValue: UInt8

  /// `\p{L}`
  static let letter = ScalarClass(rawValue: 1)
  /// `\p{N}`
  static let number = ScalarClass(rawValue: 1 << 1)
  /// `\p{M}`
  static let mark = ScalarClass(rawValue: 1 << 2)
  /// `\s`
  static let whitespace = ScalarClass(rawValue: 1 << 3)
  /// `[\p{Lu}\p{Lt}]`
  static let capital = ScalarClass(rawValue: 1 << 4)
  /// `\p{Ll}`
  static let lowercase = ScalarClass(rawValue: 1 << 5)
  /// `\p{P}`
  static let sign = ScalarClass(rawValue: 1 << 6)
  /// `\p{S}`
  static let symbol = ScalarClass(rawValue: 1 << 7)
  /// `[\p{L}\p{M}\p{N}]`
  static let wordCharacter: ScalarClass = [.letter, .mark, .number]

  fileprivate static let tables: [(ScalarClass, [UInt32])] = [
    (.letter, ScalarClassTable.letters), (.number, ScalarClassTable.numbers),
    (.mark, ScalarClassTable.marks), (.whitespace, ScalarClassTable.whitespace),
    (.capital, ScalarClassTable.capitals), (.lowercase, ScalarClassTable.lowercase),
    (.sign, ScalarClassTable.signs), (.symbol, ScalarClassTable.symbols),
  ]
}

/// The class of every scalar, as two levels of pages of 256 scalars: pages of scalars that are all alike are kept once.
struct ScalarClasses: Sendable {
  private let pageOfBlock: [UInt16]
  private let pages: [UInt8]

  static let shared = ScalarClasses()

  private init() {
    // Where the classes change, and the bits that change there; between two such places all scalars are alike.
    var changes: [(scalar: UInt32, bits: UInt8)] = []
    for (scalarClass, bounds) in ScalarClass.tables {
      for place in stride(from: 0, to: bounds.count, by: 2) {
        changes.append((bounds[place], scalarClass.rawValue))
        changes.append((bounds[place + 1] + 1, scalarClass.rawValue))
      }
    }
    changes.sort { $0.scalar < $1.scalar }
    var pageOfUniform: [UInt8: UInt16] = [:]
    var blocks: [UInt16] = []
    var distinct: [UInt8] = []
    var (current, next) = (0 as UInt8, 0)
    for block in 0..<(0x110000 / 256) {
      let first = UInt32(block * 256)
      let isUniform = next == changes.count || changes[next].scalar >= first + 256
      if isUniform, let page = pageOfUniform[current] {
        blocks.append(page)
        continue
      }
      let page = UInt16(distinct.count / 256)
      blocks.append(page)
      if isUniform { pageOfUniform[current] = page }
      for scalar in first..<(first + 256) {
        while next < changes.count, changes[next].scalar == scalar {
          current ^= changes[next].bits
          next += 1
        }
        distinct.append(current)
      }
    }
    pageOfBlock = blocks
    pages = distinct
  }

  /// The class of a scalar value.
  subscript(scalar: UInt32) -> ScalarClass {
    // The first page holds the first 256 scalars.
    if scalar < 256 { return ScalarClass(rawValue: pages[Int(scalar)]) }
    let page = Int(pageOfBlock[Int(scalar >> 8)])
    return ScalarClass(rawValue: pages[page << 8 | Int(scalar & 0xFF)])
  }

  /// The end of the run of scalars from `start` that are in (or, inverted, are not in) any of some classes.
  func endOfRun(
    of classes: ScalarClass, inverted: Bool = false, in text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int {
    guard let bytes = text.baseAddress else { return start }
    let mask = classes.rawValue
    var place = start
    while place < text.count {
      let (scalar, length) = (bytes + place).decodeScalar()
      if (self[scalar].rawValue & mask == 0) != inverted { break }
      place += length
    }
    return place
  }
}
