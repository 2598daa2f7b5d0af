/// Sets of characters in brackets.
extension PatternParser {
  /// A set whose "[" has been read, without case when the options say so.
  mutating func characterClass(_ options: Options, openedAt start: Int) throws(MartletError) -> PatternNode {
    let isNegated = take("^")
    var set = try members(openedAt: start, depth: 1)
    guard options.ignoresCase else { return .set(isNegated ? set.inverted : set) }
    let longEquals = CaseFolding.longEquals.filter { set.contains($0.scalar) }
    set = CaseFolding.closure(of: set)
    if isNegated { return .set(set.inverted) }
    if longEquals.isEmpty { return .set(set) }
    return .choice(
      [.set(set)]
        + longEquals.map { long in .sequence(long.scalars.map { .set(CaseFolding.equals(of: $0)) }) })
  }

  /// Members up to and with the "]"; each "&&" keeps what both its sides have.
  private mutating func members(openedAt start: Int, depth: Int) throws(MartletError) -> ScalarSet {
    guard depth <= 100 else { throw error("sets nested more than 100 deep", at: start) }
    var result: ScalarSet?
    var set = ScalarSet.empty
    var isFirst = true
    while let scalar = current {
      if scalar == "]", !isFirst {
        place += 1
        return result.map { $0.intersection(set) } ?? set
      }
      isFirst = false
      if take("&&") {
        result = result.map { $0.intersection(set) } ?? set
        set = .empty
        continue
      }
      set = set.union(try member(openedAt: start, depth: depth))
    }
    throw error("a \"[\" without its \"]\"", at: start)
  }

  private mutating func member(openedAt start: Int, depth: Int) throws(MartletError) -> ScalarSet {
    let memberStart = place
    if take("[") {
      if current == ":", let set = try bracketed() { return set }
      let isNegated = take("^")
      let set = try members(openedAt: memberStart, depth: depth + 1)
      return isNegated ? set.inverted : set
    }
    guard case .scalar(let low) = try single() else {
      place = memberStart
      guard case .set(let set) = try single() else { return .empty }
      if current == "-", let next = peek(1), next != "]" {
        throw error("a range that starts with a set", at: memberStart)
      }
      if set == PatternProperties.word { return PatternProperties.wordInBrackets }
      return set == PatternProperties.word.inverted ? PatternProperties.wordInBrackets.inverted : set
    }
    // A "-" that no range can be made of is itself.
    guard current == "-", let next = peek(1), next != "]", next != "[", !(next == "&" && peek(2) == "&")
    else {
      return ScalarSet(low)
    }
    place += 1
    guard case .scalar(let high) = try single() else {
      throw error("a range that ends with a set", at: memberStart)
    }
    guard low <= high else { throw error("a range from more to fewer", at: memberStart) }
    return ScalarSet(low...high)
  }

  private mutating func single() throws(MartletError) -> Escaped {
    guard current == "\\" else {
      place += 1
      return .scalar(scalars[place - 1].value)
    }
    if peek(1) == "b" {
      place += 2
      return .scalar(0x08)
    }
    return try escaped(from: place)
  }

  /// `[:alpha:]` or `[:^alpha:]`, whose "[" has been read; nil, with nothing read, when it is something else.
  private mutating func bracketed() throws(MartletError) -> ScalarSet? {
    let start = place
    place += 1
    let isNegated = take("^")
    let nameStart = place
    while let scalar = current, scalar.isASCII, scalar.properties.isLowercase { place += 1 }
    let name = String(String.UnicodeScalarView(scalars[nameStart..<place]))
    guard take(":]") else {
      place = start
      return nil
    }
    guard let set = PatternProperties.bracketed(name) else {
      throw unsupported("the set \"[:\(name):]\"", at: start - 1)
    }
    return isNegated ? set.inverted : set
  }
}
