/// A value for every scalar, as two levels of pages of 256 scalars: a page that is all one value is kept once.
struct ScalarTable<Value: Sendable & Equatable>: Sendable {
  private var pageOfBlock: [Int32]
  private var values: [Value]
  /// The page that holds nothing but a value, for those that fill whole pages.
  private var uniformPages: [(value: Value, page: Int32)] = []

  /// - Parameter filler: the value of every scalar that is not set.
  init(filler: Value) {
    pageOfBlock = Array(repeating: 0, count: 0x110000 / 256)
    values = Array(repeating: filler, count: 256)
    uniformPages = [(filler, 0)]
  }

  /// The value of a scalar.
  subscript(scalar: UInt32) -> Value {
    @inline(__always) get {
      // As pointers, since each look-up would else check bounds twice.
      pageOfBlock.withUnsafeBufferPointer { pages in
        values.withUnsafeBufferPointer { values in
          values[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
        }
      }
    }
  }

  /// Gives a value to a run of scalars that have none yet.
  mutating func set(_ scalars: ClosedRange<UInt32>, to value: Value) {
    var scalar = scalars.lowerBound
    while scalar <= scalars.upperBound {
      let block = Int(scalar >> 8)
      let last = min(scalars.upperBound, scalar | 0xFF)
      if scalar & 0xFF == 0, last & 0xFF == 0xFF {
        pageOfBlock[block] = uniformPage(of: value)
      } else {
        let page = ownPage(ofBlock: block)
        for place in scalar...last { values[page << 8 | Int(place & 0xFF)] = value }
      }
      scalar = last + 1
    }
  }

  private mutating func uniformPage(of value: Value) -> Int32 {
    if let known = uniformPages.first(where: { $0.value == value }) { return known.page }
    let page = Int32(values.count >> 8)
    values.append(contentsOf: repeatElement(value, count: 256))
    uniformPages.append((value, page))
    return page
  }

  private mutating func ownPage(ofBlock block: Int) -> Int {
    let page = pageOfBlock[block]
    guard let uniform = uniformPages.first(where: { $0.page == page }) else { return Int(page) }
    pageOfBlock[block] = Int32(values.count >> 8)
    values.append(contentsOf: repeatElement(uniform.value, count: 256))
    return Int(pageOfBlock[block])
  }
}
