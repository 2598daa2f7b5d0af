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
    let page = Int(pageOfBlock[Int(scalar >> 8)])
    return ScalarClass(rawValue: pages[page << 8 | Int(scalar & 0xFF)])
  }
}
