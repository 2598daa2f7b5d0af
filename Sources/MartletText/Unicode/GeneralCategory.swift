/// What kind of character a scalar is, by the Unicode version of the regular expressions in `tokenizers`.
enum GeneralCategory: UInt8, CaseIterable, Sendable {
  case unassigned
  case uppercaseLetter, lowercaseLetter, titlecaseLetter, modifierLetter, otherLetter
  case nonspacingMark, spacingMark, enclosingMark
  case decimalNumber, letterNumber, otherNumber
  case connectorPunctuation, dashPunctuation, openPunctuation, closePunctuation, initialPunctuation
  case finalPunctuation, otherPunctuation
  case mathSymbol, currencySymbol, modifierSymbol, otherSymbol
  case spaceSeparator, lineSeparator, paragraphSeparator
  case control, format, privateUse

  /// The category of a scalar.
  init(of scalar: UInt32) { self = GeneralCategories.table[scalar] }

  /// The two letters of the category, such as `Lu`.
  var shortName: String { GeneralCategories.shortNames[Int(rawValue)] }

  /// The name with underscores that Unicode gives it, such as `Uppercase_Letter`, without the underscores and in
  /// lower case.
  var longName: String { "\(self)".lowercased() }

  /// The scalars of this category.
  var scalars: ScalarSet { GeneralCategories.sets[Int(rawValue)] }
}

private enum GeneralCategories {
  static let shortNames = UnicodeTables.categoryNames.split(separator: " ").map(String.init)

  private static let runs: [(scalars: ClosedRange<UInt32>, category: GeneralCategory)] = {
    var numbers = NumberList(UnicodeTables.categories)
    var runs: [(ClosedRange<UInt32>, GeneralCategory)] = []
    var start: UInt32 = 0
    while let length = numbers.next() {
      runs.append((start...(start + length - 1), GeneralCategory(rawValue: UInt8(numbers.required()))!))
      start += length
    }
    return runs
  }()

  static let table: ScalarTable<GeneralCategory> = {
    var table = ScalarTable(filler: GeneralCategory.unassigned)
    for run in runs where run.category != .unassigned { table.set(run.scalars, to: run.category) }
    return table
  }()

  static let sets: [ScalarSet] = {
    var ranges = Array(repeating: [ClosedRange<UInt32>](), count: GeneralCategory.allCases.count)
    for run in runs { ranges[Int(run.category.rawValue)].append(run.scalars) }
    return ranges.map { ScalarSet(ranges: $0) }
  }()
}
