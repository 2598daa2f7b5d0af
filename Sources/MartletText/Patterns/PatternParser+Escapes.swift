/// What stands after a backslash, in and out of brackets.
extension PatternParser {
  /// A character or a set of them.
  enum Escaped {
    case scalar(UInt32)
    case set(ScalarSet)
  }

  /// An escape outside of brackets.
  mutating func escape(_ options: Options) throws(MartletError) -> Atom {
    let start = place
    guard let letter = peek(1) else { throw error("a \"\\\" at its end", at: place) }
    let assertions: [Unicode.Scalar: PatternAssertion] = [
      "A": .textStart, "z": .textEnd, "Z": .textEndOrLastNewline, "b": .wordBoundary, "B": .notWordBoundary,
    ]
    if let assertion = assertions[letter] {
      place += 2
      return .node(.assertion(assertion))
    }
    switch letter {
    case "R":
      place += 2
      let breaks = ScalarSet([0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029])
      let both = [ScalarSet(0x0D), ScalarSet(0x0A)].map(PatternNode.set)
      return .node(.atomic(.choice([.sequence(both), .set(breaks)])))
    case "N":
      place += 2
      return .node(.set(PatternProperties.newline.inverted))
    case "O":
      place += 2
      return .node(.set(.everything))
    default:
      switch try escaped(from: start) {
      case .scalar(let value): return .literal(value)
      case .set(let set): return .node(.set(set))
      }
    }
  }

  /// An escape that means the same in and out of brackets.
  mutating func escaped(from start: Int) throws(MartletError) -> Escaped {
    guard let letter = peek(1) else { throw error("a \"\\\" at its end", at: place) }
    place += 2
    switch letter {
    case "t": return .scalar(0x09)
    case "n": return .scalar(0x0A)
    case "v": return .scalar(0x0B)
    case "f": return .scalar(0x0C)
    case "r": return .scalar(0x0D)
    case "a": return .scalar(0x07)
    case "e": return .scalar(0x1B)
    case "d": return .set(PatternProperties.digits)
    case "D": return .set(PatternProperties.digits.inverted)
    case "s": return .set(PatternProperties.whitespace)
    case "S": return .set(PatternProperties.whitespace.inverted)
    case "w": return .set(PatternProperties.word)
    case "W": return .set(PatternProperties.word.inverted)
    case "h": return .set(PatternProperties.hexadecimal)
    case "H": return .set(PatternProperties.hexadecimal.inverted)
    case "p", "P": return .set(try property(isInverted: letter == "P", from: start))
    case "x", "u": return .scalar(try codePoint(after: letter, from: start))
    case "0": return .scalar(hexadecimalOrOctal(radix: 8, most: 2) ?? 0)
    case "1"..."9", "k": throw unsupported("a backreference", at: start)
    case "g": throw unsupported("a call of a group", at: start)
    default:
      if letter.isASCII, letter.properties.isAlphabetic {
        throw unsupported("the escape \"\\\(letter)\"", at: start)
      }
      return .scalar(letter.value)
    }
  }

  private mutating func property(isInverted: Bool, from start: Int) throws(MartletError) -> ScalarSet {
    guard take("{") else { throw unsupported("a property without braces", at: start) }
    let isNegated = take("^")
    let nameStart = place
    while let scalar = current, scalar != "}" {
      place += 1
      _ = scalar
    }
    guard place < scalars.count else { throw error("a property without its \"}\"", at: start) }
    let name = String(String.UnicodeScalarView(scalars[nameStart..<place]))
    place += 1
    guard let set = PatternProperties.named(name) else {
      throw unsupported("the property \(JSON.string(name).compact)", at: start)
    }
    return isInverted != isNegated ? set.inverted : set
  }

  /// The character of `\x41`, `\x{1F600}` or `\u0041`.
  private mutating func codePoint(after letter: Unicode.Scalar, from start: Int) throws(MartletError)
    -> UInt32
  {
    let isBraced = letter == "x" && take("{")
    let digitsStart = place
    let value = hexadecimalOrOctal(radix: 16, most: isBraced ? 8 : letter == "x" ? 2 : 4)
    let isWhole = isBraced ? take("}") : letter == "x" || place - digitsStart == 4
    guard let value, isWhole, Unicode.Scalar(value) != nil else {
      throw error("no character by its number after \"\\\(letter)\"", at: start)
    }
    if letter == "x", !isBraced, value > 0x7F { throw unsupported("a byte beyond ASCII", at: start) }
    return value
  }

  private mutating func hexadecimalOrOctal(radix: Int, most: Int) -> UInt32? {
    var value: UInt32?
    var count = 0
    while count < most, let scalar = current, scalar.isASCII, let digit = UInt32(String(scalar), radix: radix)
    {
      value = (value ?? 0) &* UInt32(radix) &+ digit
      place += 1
      count += 1
    }
    return value
  }
}
