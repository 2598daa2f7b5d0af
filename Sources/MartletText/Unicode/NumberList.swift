/// The numbers of a table: in base 36, with whitespace between.
///
/// A table written so is a tenth of the size of the same numbers as Swift literals, and costs the compiler nothing.
struct NumberList: Sequence, IteratorProtocol {
  private let text: StaticString
  private var place = 0

  init(_ text: StaticString) {
    self.text = text
  }

  mutating func next() -> UInt32? {
    let bytes = text.utf8Start
    while place < text.utf8CodeUnitCount, bytes[place] <= 0x20 { place += 1 }
    guard place < text.utf8CodeUnitCount else { return nil }
    var number: UInt32 = 0
    while place < text.utf8CodeUnitCount, bytes[place] > 0x20 {
      let digit = UInt32(bytes[place])
      number = number * 36 + (digit < 0x41 ? digit - 0x30 : digit - 0x61 + 10)
      place += 1
    }
    return number
  }

  /// The next number of a table that is known to have one.
  mutating func required() -> UInt32 {
    guard let number = next() else { preconditionFailure("a Unicode table ends too early") }
    return number
  }
}
