/// Changes of case, character by character with Unicode's full mappings, as Python's `str` makes them.
extension TracedText {
  /// Each character replaced by others, which have its origin.
  func mapped(
    _ meter: TemplateMeter, _ map: (Int, Unicode.Scalar) -> String
  ) throws(MartletError) -> TracedText {
    try meter.step(1 + count / 16)
    var builder = TextBuilder(meter)
    for (number, scalar) in scalars.enumerated() {
      try builder.append(map(number, scalar.value), origin: origin(at: scalar.range.lowerBound))
    }
    return builder.text
  }

  func uppercased(_ meter: TemplateMeter) throws(MartletError) -> TracedText {
    try mapped(meter) { $1.properties.uppercaseMapping }
  }

  func lowercased(_ meter: TemplateMeter) throws(MartletError) -> TracedText {
    let scalars = scalars.map(\.value)
    return try mapped(meter) { place, scalar in Self.lowercase(scalar, place, in: scalars[...]) }
  }

  /// The first character in title case, the others in lower case.
  func capitalized(_ meter: TemplateMeter) throws(MartletError) -> TracedText {
    let scalars = scalars.map(\.value)
    return try mapped(meter) { place, scalar in
      place == 0 ? scalar.properties.titlecaseMapping : Self.lowercase(scalar, place, in: scalars[...])
    }
  }

  func swappingCase(_ meter: TemplateMeter) throws(MartletError) -> TracedText {
    let scalars = scalars.map(\.value)
    return try mapped(meter) { place, scalar in
      if scalar.properties.isUppercase { return Self.lowercase(scalar, place, in: scalars[...]) }
      return scalar.properties.isLowercase ? scalar.properties.uppercaseMapping : String(scalar)
    }
  }

  /// Each word's first letter in title case, the others in lower case.
  func titled(_ meter: TemplateMeter) throws(MartletError) -> TracedText {
    let scalars = scalars.map(\.value)
    return try mapped(meter) { place, scalar in
      let followsLetter = place > 0 && scalars[place - 1].properties.isCased
      return followsLetter
        ? Self.lowercase(scalar, place, in: scalars[...]) : scalar.properties.titlecaseMapping
    }
  }

  /// The lower case of a character; a sigma at the end of a word has a form of its own.
  ///
  /// - Parameter place: its index in `scalars`, the text that it looks around in.
  static func lowercase(
    _ scalar: Unicode.Scalar, _ place: Int, in scalars: ArraySlice<Unicode.Scalar>
  ) -> String {
    guard scalar == "\u{3A3}" else { return scalar.properties.lowercaseMapping }
    let before = scalars[..<place].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(place + 1)...].first { !$0.properties.isCaseIgnorable }
    let isFinal = before?.properties.isCased == true && after?.properties.isCased != true
    return isFinal ? "\u{3C2}" : "\u{3C3}"
  }
}
