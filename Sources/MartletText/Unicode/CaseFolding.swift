/// Which scalars are equal when case is ignored, as the regular expressions of `tokenizers` take it.
enum CaseFolding {
  /// The scalars equal to a scalar, itself among them.
  static func equals(of scalar: UInt32) -> ScalarSet {
    guard let group = groupOfScalar[scalar] else { return ScalarSet(scalar) }
    return groups[group]
  }

  /// A set with all that is equal to a member of it.
  static func closure(of set: ScalarSet) -> ScalarSet {
    groups.reduce(set) { $1.intersection(set).isEmpty ? $0 : $0.union($1) }
  }

  /// Scalars that are equal to several in a row: "ß" to "ss".
  static let longEquals: [(scalar: UInt32, scalars: [UInt32])] = {
    var numbers = NumberList(UnicodeTables.longCases)
    var result: [(UInt32, [UInt32])] = []
    while let scalar = numbers.next() {
      result.append((scalar, (0..<numbers.required()).map { _ in numbers.required() }))
    }
    return result
  }()

  private static let groups: [ScalarSet] = {
    var numbers = NumberList(UnicodeTables.equalCases)
    var result: [ScalarSet] = []
    while let count = numbers.next() {
      result.append(ScalarSet((0..<count).map { _ in numbers.required() }))
    }
    return result
  }()

  private static let groupOfScalar: [UInt32: Int] = {
    var result: [UInt32: Int] = [:]
    for (number, group) in groups.enumerated() {
      for range in group.ranges { for scalar in range { result[scalar] = number } }
    }
    return result
  }()
}
