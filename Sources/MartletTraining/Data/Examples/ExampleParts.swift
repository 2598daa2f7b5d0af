/// Examples cut into runs that are computed at a time when a model is measured.
enum ExampleParts {
  /// About how many tokens are computed at a time: enough for products to run at full speed.
  private static let tokensAtATime = 8192

  /// The runs, in order; results do not depend on where they end.
  static func parts<Example>(
    of examples: [Example], tokens: (Example) -> Int
  ) -> [ArraySlice<Example>] {
    var parts: [ArraySlice<Example>] = []
    var (start, count) = (0, 0)
    for (place, example) in examples.enumerated() {
      count += tokens(example)
      if count >= tokensAtATime || place == examples.count - 1 {
        parts.append(examples[start...place])
        (start, count) = (place + 1, 0)
      }
    }
    return parts
  }
}
