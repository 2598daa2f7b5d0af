/// The questions of Python's `str` that begin with `is`.
enum TextClasses {
  static func holds(_ name: String, _ text: TracedText) -> Bool {
    switch name {
    case "isascii": return text.bytes.allSatisfy { $0 < 0x80 }
    case "isprintable": return text.scalars.allSatisfy { $0.value.isPythonPrintable }
    case "isidentifier": return isIdentifier(text)
    case "islower":
      return hasCase(text) {
        !isUpper($0) && !isTitle($0)
      } having: {
        isLower($0)
      }
    case "isupper":
      return hasCase(text) {
        !isLower($0) && !isTitle($0)
      } having: {
        isUpper($0)
      }
    case "istitle": return isTitled(text)
    default: break
    }
    return !text.isEmpty && text.scalars.allSatisfy { holds(name, $0.value) }
  }

  private static func holds(_ name: String, _ scalar: Unicode.Scalar) -> Bool {
    switch name {
    case "isalpha": isLetter(scalar)
    case "isalnum": isLetter(scalar) || scalar.properties.numericType != nil
    case "isdecimal": scalar.properties.numericType == .decimal
    case "isdigit": scalar.properties.numericType == .decimal || scalar.properties.numericType == .digit
    case "isnumeric": scalar.properties.numericType != nil
    case "isspace": scalar.isPythonSpace
    default: false
    }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  static func isUpper(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isUppercase }
  static func isLower(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isLowercase }
  private static func isTitle(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .titlecaseLetter
  }

  /// Whether every character fits and at least one is of a kind.
  private static func hasCase(
    _ text: TracedText, _ fits: (Unicode.Scalar) -> Bool, having: (Unicode.Scalar) -> Bool
  ) -> Bool {
    text.scalars.allSatisfy { fits($0.value) } && text.scalars.contains { having($0.value) }
  }

  private static func isTitled(_ text: TracedText) -> Bool {
    var (followsLetter, hasLetter) = (false, false)
    for scalar in text.scalars.lazy.map(\.value) {
      if isUpper(scalar) || isTitle(scalar) {
        if followsLetter { return false }
        (followsLetter, hasLetter) = (true, true)
      } else if isLower(scalar) {
        if !followsLetter { return false }
        hasLetter = true
      } else {
        followsLetter = false
      }
    }
    return hasLetter
  }

  private static func isIdentifier(_ text: TracedText) -> Bool {
    guard let first = text.scalars.first(where: { _ in true })?.value else { return false }
    let starts = first == "_" || first.properties.isXIDStart
    return starts && text.scalars.allSatisfy { $0.value.properties.isXIDContinue }
  }
}
