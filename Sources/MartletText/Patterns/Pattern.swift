/// A regular expression of a `tokenizer.json`, with the meaning that Oniguruma gives it.
///
/// Matching takes time and memory bounded by the expression's size times the text's length, whatever the expression
/// is; see ``PatternMatcher``.
struct Pattern: Sendable {
  /// The expression as it was written.
  let source: String
  private let program: PatternProgram

  /// Reads an expression.
  ///
  /// - Throws: when it is malformed or asks for what is not supported, which is named with its place.
  init(_ source: String) throws(MartletError) {
    self.source = source
    program = try PatternCompiler.compile(try PatternParser.parse(source), source: source)
  }

  /// Gives the matches in a text, which don't overlap, from left to right.
  ///
  /// Empty matches are given too, except right after another match.
  ///
  /// - Parameters:
  ///   - text: well-formed UTF-8.
  ///   - effort: how much work it may take.
  func forEachMatch(
    in text: UnsafeBufferPointer<UInt8>, effort: PatternEffort = PatternEffort(),
    _ body: (Range<Int>) -> Void
  ) {
    guard text.count > 0 else {
      // An empty buffer may have no address.
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { buffer in
        buffer[0] = 0
        forEachMatch(
          inAddressed: UnsafeBufferPointer(start: buffer.baseAddress!, count: 0), effort, body)
      }
      return
    }
    forEachMatch(inAddressed: text, effort, body)
  }

  private func forEachMatch(
    inAddressed text: UnsafeBufferPointer<UInt8>, _ effort: PatternEffort, _ body: (Range<Int>) -> Void
  ) {
    program.instructions.withUnsafeBufferPointer { instructions in
      program.classesOfASCII.withUnsafeBufferPointer { classes in
        // A program without sets has no members.
        (program.isMember + [false]).withUnsafeBufferPointer { isMember in
          var matcher = PatternMatcher(
            program, instructions.baseAddress!, classes.baseAddress!, isMember.baseAddress!, text,
            effort: effort)
          forEachMatch(by: &matcher, in: text, body)
        }
      }
    }
  }

  private func forEachMatch(
    by matcher: inout PatternMatcher, in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void
  ) {
    var place = 0
    var lastEnd: Int?
    while place <= text.count, let match = matcher.firstMatch(from: place) {
      if match.isEmpty, match.lowerBound == lastEnd {
        guard match.upperBound < text.count else { break }
        place = match.upperBound + (text.baseAddress! + match.upperBound).scalarLength
        continue
      }
      body(match)
      place = match.upperBound
      lastEnd = match.upperBound
    }
  }
}
