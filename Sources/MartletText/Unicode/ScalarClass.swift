/// What a scalar is for splitting text into words.
///
/// The classes are exactly those of the regular expressions in `tokenizers`, on every platform: they come from
/// a table, not from the Unicode version of the Swift runtime.
struct ScalarClass: OptionSet {
  let rawValue: UInt8

  /// `\p{L}`
  static let letter = ScalarClass(rawValue: 1)
  /// `\p{N}`
  static let number = ScalarClass(rawValue: 2)
  /// `\p{M}`
  static let mark = ScalarClass(rawValue: 4)
  /// `\s`
  static let whitespace = ScalarClass(rawValue: 8)
  /// `[\p{L}\p{M}\p{N}]`
  static let wordCharacter = ScalarClass(rawValue: 1 | 2 | 4)
}

/// The class of every scalar, as two levels of pages of 256 scalars: equal pages are kept once.
struct ScalarClasses: Sendable {
  private let pageOfBlock: [UInt16]
  private let pages: [UInt8]

  static let shared = ScalarClasses()

  private init() {
    var flags = [UInt8](repeating: 0, count: 0x110000)
    let tables: [(ScalarClass, [UInt32])] = [
      (.letter, ScalarClassTable.letters), (.number, ScalarClassTable.numbers),
      (.mark, ScalarClassTable.marks), (.whitespace, ScalarClassTable.whitespace),
    ]
    flags.withUnsafeMutableBufferPointer { flags in
      let flags = flags.baseAddress!
      for (scalarClass, bounds) in tables {
        for place in stride(from: 0, to: bounds.count, by: 2) {
          var scalar = Int(bounds[place])
          let last = Int(bounds[place + 1])
          while scalar <= last {
            flags[scalar] |= scalarClass.rawValue
            scalar += 1
          }
        }
      }
    }
    var pageNumbers: [ArraySlice<UInt8>: UInt16] = [:]
    var blocks: [UInt16] = []
    var distinct: [UInt8] = []
    for block in 0..<(0x110000 / 256) {
      let page = flags[(block * 256)..<(block * 256 + 256)]
      if let number = pageNumbers[page] {
        blocks.append(number)
      } else {
        let number = UInt16(distinct.count / 256)
        pageNumbers[page] = number
        blocks.append(number)
        distinct.append(contentsOf: page)
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
