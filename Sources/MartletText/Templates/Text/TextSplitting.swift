/// Cutting texts into pieces, as Python's `str` does.
enum TextSplitting {
  /// `split` and `rsplit`.
  ///
  /// - Parameters:
  ///   - separator: nil for runs of space, of which those at the ends count for nothing.
  ///   - limit: the most cuts; negative for any number.
  static func split(
    _ text: TracedText, by separator: TracedText?, limit: Int, fromEnd: Bool, _ meter: TemplateMeter
  ) throws(MartletError) -> TemplateList {
    var ranges: [Range<Int>]
    if let separator {
      if separator.isEmpty { throw MartletError("empty separator") }
      ranges = pieces(text.bytes, separator.bytes, limit, fromEnd)
    } else {
      ranges = words(text, limit < 0 ? .max : limit, fromEnd)
    }
    try meter.step(4 * ranges.count)
    return try TemplateList(ranges.map { .text(text[$0]) })
  }

  private static func pieces(
    _ bytes: [UInt8], _ separator: [UInt8], _ limit: Int, _ fromEnd: Bool
  ) -> [Range<Int>] {
    var cuts: [Int] = []
    var place = 0
    if fromEnd {
      // The cuts from the end are not those from the start where separators overlap.
      let reversed = Array(bytes.reversed())
      let part = Array(separator.reversed())
      while limit < 0 || cuts.count < limit, let cut = TextSearch.first(part, in: reversed, from: place) {
        cuts.append(bytes.count - cut - separator.count)
        place = cut + separator.count
      }
      cuts.reverse()
    } else {
      while limit < 0 || cuts.count < limit, let cut = TextSearch.first(separator, in: bytes, from: place) {
        cuts.append(cut)
        place = cut + separator.count
      }
    }
    var (ranges, start): ([Range<Int>], Int) = ([], 0)
    for cut in cuts {
      ranges.append(start..<cut)
      start = cut + separator.count
    }
    ranges.append(start..<bytes.count)
    return ranges
  }

  private static func words(_ text: TracedText, _ limit: Int, _ fromEnd: Bool) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start: Int?
    for scalar in text.scalars {
      if scalar.value.isPythonSpace {
        if let begun = start { words.append(begun..<scalar.range.lowerBound) }
        start = nil
      } else if start == nil {
        start = scalar.range.lowerBound
      }
    }
    if let start { words.append(start..<text.count) }
    guard words.count > limit else { return words }
    // What is left after the last cut is one piece, with the space inside it and at its far end.
    if fromEnd {
      let kept = Array(words.suffix(limit))
      let last = words[words.count - limit - 1]
      return [0..<last.upperBound].filter { !$0.isEmpty } + kept
    }
    return Array(words.prefix(limit)) + [words[limit].lowerBound..<text.count]
  }

  /// `splitlines`
  static func lines(
    _ text: TracedText, keepingEnds: Bool = false, _ meter: TemplateMeter
  ) throws(MartletError) -> TemplateList {
    let ranges = lineRanges(text, keepingEnds: keepingEnds)
    try meter.step(4 * ranges.count)
    return try TemplateList(ranges.map { .text(text[$0]) })
  }

  static func lineRanges(_ text: TracedText, keepingEnds: Bool = false) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for scalar in text.scalars where scalar.value.isPythonLineEnd {
      // The newline of a carriage return was taken with it.
      if scalar.range.lowerBound < start { continue }
      var end = scalar.range.upperBound
      if scalar.value == "\r", end < text.count, text.bytes[end] == 0x0A { end += 1 }
      ranges.append(start..<(keepingEnds ? end : scalar.range.lowerBound))
      start = end
    }
    if start < text.count { ranges.append(start..<text.count) }
    return ranges
  }

  /// `partition` and `rpartition`: what is before, the separator, what is after.
  static func partition(
    _ text: TracedText, by separator: TracedText, fromEnd: Bool
  ) throws(MartletError) -> TemplateList {
    if separator.isEmpty { throw MartletError("empty separator") }
    let found =
      fromEnd
      ? TextSearch.last(separator.bytes, in: text.bytes, from: 0, to: text.count)
      : TextSearch.first(separator.bytes, in: text.bytes, from: 0)
    guard let found else {
      let none = TemplateValue.text(.empty)
      return try TemplateList(fromEnd ? [none, none, .text(text)] : [.text(text), none, none])
    }
    let end = found + separator.count
    return try TemplateList([.text(text[0..<found]), .text(text[found..<end]), .text(text[end..<text.count])])
  }
}

extension TracedText {
  /// Without characters at its ends: those of a text, or space.
  func stripped(_ characters: TracedText?, start: Bool = true, end: Bool = true) -> TracedText {
    var set: Set<Unicode.Scalar>?
    if let characters { set = Set(characters.scalars.lazy.map(\.value)) }
    func drops(_ scalar: Unicode.Scalar) -> Bool { set?.contains(scalar) ?? scalar.isPythonSpace }
    var range = 0..<count
    if start {
      range = 0..<0
      for scalar in scalars where !drops(scalar.value) {
        range = scalar.range.lowerBound..<count
        break
      }
    }
    if end {
      var last = range.upperBound
      while last > range.lowerBound {
        var first = last - 1
        while first > range.lowerBound, bytes[first] & 0xC0 == 0x80 { first -= 1 }
        let decoded = bytes.withUnsafeBufferPointer { ($0.baseAddress! + first).decodeScalar() }
        guard drops(Unicode.Scalar(decoded.value) ?? "\u{FFFD}") else { break }
        last = first
      }
      range = range.lowerBound..<last
    }
    return self[range]
  }

  /// Each place where a text stands replaced by another, at most so many from the start; a negative number is all.
  func replacing(
    _ old: TracedText, with new: TracedText, count limit: Int, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    var builder = TextBuilder(meter)
    var (start, replaced) = (0, 0)
    if old.isEmpty {
      // Before each character and at the end.
      for scalar in scalars {
        if limit >= 0, replaced >= limit { break }
        try builder.append(new)
        try builder.append(self, scalar.range)
        start = scalar.range.upperBound
        replaced += 1
      }
      if limit < 0 || replaced < limit {
        try builder.append(self, start..<count); start = count; try builder.append(new)
      }
      try builder.append(self, start..<count)
      return builder.text
    }
    while limit < 0 || replaced < limit, let found = TextSearch.first(old.bytes, in: bytes, from: start) {
      try builder.append(self, start..<found)
      try builder.append(new)
      start = found + old.count
      replaced += 1
    }
    try builder.append(self, start..<count)
    return builder.text
  }

  func padded(
    _ fill: TracedText, before: Int, after: Int, _ meter: TemplateMeter
  ) throws(MartletError) -> TracedText {
    var builder = TextBuilder(meter)
    try builder.append(fill, times: before)
    try builder.append(self)
    try builder.append(fill, times: after)
    return builder.text
  }

  /// For comparing without regard to case: as lower case, with the letters whose folding has two.
  func caseFolded(_ meter: TemplateMeter) throws(MartletError) -> TracedText {
    try mapped(meter) { _, scalar in
      let lower = scalar.properties.lowercaseMapping
      // Where upper case is longer than one letter, such as that of ß, folding is its lower case.
      let upper = scalar.properties.uppercaseMapping
      if upper.unicodeScalars.count > 1 {
        return upper.unicodeScalars.map(\.properties.lowercaseMapping).joined()
      }
      return scalar == "\u{3C2}" ? "\u{3C3}" : lower
    }
  }
}
