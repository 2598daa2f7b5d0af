/// The sets of scalars that regular expressions name.
enum PatternProperties {
  /// `\w`
  static let word = ScalarSet(steps: UnicodeTables.word)
  /// `\w` in brackets, where the superscript digits and the fractions of Latin-1 are no word characters.
  static let wordInBrackets = word.subtracting(ScalarSet([0xB2, 0xB3, 0xB9, 0xBC, 0xBD, 0xBE]))
  /// `\d`
  static let digits = GeneralCategory.decimalNumber.scalars
  /// `\s`
  static let whitespace = separators.union(ScalarSet(0x09...0x0D)).union(ScalarSet(0x85))
  /// `\h`
  static let hexadecimal = ascii { $0 >= 0x30 && $0 < 0x3A || ($0 | 0x20) >= 0x61 && ($0 | 0x20) < 0x67 }
  static let newline = ScalarSet(0x0A)

  private static let separators = union(of: "Zs", "Zl", "Zp")

  /// The set of `\p{name}`; nil when there is none of that name.
  ///
  /// As in Oniguruma case, spaces, "_" and "-" make no difference.
  static func named(_ name: String) -> ScalarSet? {
    let name = String(name.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" })
    if let found = categories[name] ?? classes[name] { return found }
    return UnicodeTables.scripts.first { $0.name == name }.map { ScalarSet(steps: $0.steps) }
  }

  /// The set of `[:name:]` inside brackets; nil when there is none of that name.
  static func bracketed(_ name: String) -> ScalarSet? {
    switch name {
    case "punct": union(of: "P", "S")
    case "word": wordInBrackets
    default: bracketNames.contains(name) ? classes[name] : nil
    }
  }

  private static let bracketNames: Set = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "space", "upper",
    "xdigit",
  ]

  private static let classes: [String: ScalarSet] = {
    let alphabetic = ScalarSet(steps: UnicodeTables.alphabetic)
    let uppercase = ScalarSet(steps: UnicodeTables.uppercase)
    let lowercase = ScalarSet(steps: UnicodeTables.lowercase)
    let graph = separators.union(union(of: "Cc", "Cn")).inverted
    return [
      "any": .everything, "assigned": union(of: "Cn").inverted, "alphabetic": alphabetic, "alpha": alphabetic,
      "uppercase": uppercase, "upper": uppercase, "lowercase": lowercase, "lower": lowercase,
      "whitespace": whitespace, "space": whitespace,
      "ideographic": ScalarSet(steps: UnicodeTables.ideographic),
      "emoji": ScalarSet(steps: UnicodeTables.emoji),
      "extendedpictographic": ScalarSet(steps: UnicodeTables.pictographic), "alnum": alphabetic.union(digits),
      "ascii": ScalarSet(0...0x7F), "blank": union(of: "Zs").union(ScalarSet(0x09)), "cntrl": union(of: "Cc"),
      "digit": digits, "graph": graph, "print": graph.union(union(of: "Zs")), "punct": union(of: "P"),
      "word": word, "xdigit": hexadecimal,
    ]
  }()

  /// By letters, such as `lu` and `l`, and by names, such as `uppercaseletter` and `letter`.
  private static let categories: [String: ScalarSet] = {
    var result: [String: ScalarSet] = [:]
    for category in GeneralCategory.allCases {
      let short = category.shortName.lowercased()
      result[short] = category.scalars
      result[category.longName] = category.scalars
      result[String(short.prefix(1)), default: .empty] =
        result[String(short.prefix(1)), default: .empty].union(category.scalars)
    }
    result["lc"] = union(of: "Lu", "Ll", "Lt")
    let groups = [
      "letter": "l", "mark": "m", "number": "n", "punctuation": "p", "symbol": "s", "separator": "z",
      "other": "c",
    ]
    for (long, short) in groups { result[long] = result[short] }
    return result
  }()

  /// The scalars of categories, each by one or two letters.
  private static func union(of names: String...) -> ScalarSet {
    GeneralCategory.allCases.filter { category in names.contains { category.shortName.hasPrefix($0) } }
      .reduce(ScalarSet.empty) { $0.union($1.scalars) }
  }

  private static func ascii(_ isMember: (UInt32) -> Bool) -> ScalarSet {
    ScalarSet((0..<0x80).filter(isMember))
  }
}
