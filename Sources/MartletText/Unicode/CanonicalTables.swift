/// Decompositions, combining classes and compositions.
enum CanonicalTables {
  /// Gives what a scalar becomes: the first part takes its place, the others are put in after it.
  @inline(__always) static func decompose(
    _ scalar: UInt32, isCompatible: Bool, _ yield: (_ scalar: UInt32, _ change: Int) -> Void
  ) {
    if scalar < 0x80 { return yield(scalar, 0) }
    if Hangul.isSyllable(scalar) { return Hangul.decompose(scalar, yield) }
    var place = isCompatible ? compatiblePlaces[scalar] : 0
    let list = place != 0 ? compatibleList : canonicalList
    if place == 0 { place = canonicalPlaces[scalar] }
    if place == 0 { return yield(scalar, 0) }
    for offset in 1...Int(list[Int(place)]) { yield(list[Int(place) + offset], offset == 1 ? 0 : 1) }
  }

  /// The scalar that stands for two; nil when there is none.
  static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if let hangul = Hangul.compose(first, second) { return hangul }
    // Nothing composes with ASCII as its second part.
    return second < 0x80 ? nil : compositions[UInt64(first) << 32 | UInt64(second)]
  }

  private static let (canonicalPlaces, canonicalList) = ScalarMapping.read(
    UnicodeTables.canonicalDecompositions)
  private static let (compatiblePlaces, compatibleList) = ScalarMapping.read(
    UnicodeTables.compatibleDecompositions)

  /// The canonical combining class of each scalar; 0 for starters.
  static let combiningClasses: ScalarTable<UInt8> = {
    var numbers = NumberList(UnicodeTables.combiningClasses)
    var table = ScalarTable<UInt8>(filler: 0)
    var scalar: UInt32 = 0
    while let gap = numbers.next() {
      scalar += gap
      let length = numbers.required()
      table.set(scalar...(scalar + length - 1), to: UInt8(numbers.required()))
      scalar += length
    }
    return table
  }()

  private static let compositions: [UInt64: UInt32] = {
    var numbers = NumberList(UnicodeTables.compositions)
    var table: [UInt64: UInt32] = [:]
    var composite: UInt32 = 0
    while let step = numbers.next() {
      composite += step
      let first = numbers.required()
      table[UInt64(first) << 32 | UInt64(numbers.required())] = composite
    }
    return table
  }()
}

/// Hangul syllables, which are computed. Source: The Unicode Standard 16.0, section 3.12.
private enum Hangul {
  private static let syllables: UInt32 = 0xAC00
  private static let leading: UInt32 = 0x1100
  private static let vowels: UInt32 = 0x1161
  /// One before the first trailing consonant.
  private static let trailing: UInt32 = 0x11A7
  private static let leadingCount: UInt32 = 19
  private static let vowelCount: UInt32 = 21
  private static let trailingCount: UInt32 = 28
  private static let syllableCount = leadingCount * vowelCount * trailingCount

  static func isSyllable(_ scalar: UInt32) -> Bool { scalar &- syllables < syllableCount }

  static func decompose(_ scalar: UInt32, _ yield: (UInt32, Int) -> Void) {
    let index = scalar - syllables
    yield(leading + index / (vowelCount * trailingCount), 0)
    yield(vowels + index / trailingCount % vowelCount, 1)
    if index % trailingCount > 0 { yield(trailing + index % trailingCount, 1) }
  }

  static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if first &- leading < leadingCount, second &- vowels < vowelCount {
      return syllables + ((first - leading) * vowelCount + second - vowels) * trailingCount
    }
    let hasTrailing = isSyllable(first) && (first - syllables) % trailingCount == 0
    guard hasTrailing, second > trailing, second - trailing < trailingCount else { return nil }
    return first + second - trailing
  }
}
