extension Array {
  /// About how many tokens an evaluation computes at a time.
  private static var tokensAtATime: Int { 8192 }

  /// The elements in runs of about as many tokens as are computed at a time.
  func parts(tokenCount: (Element) -> Int) -> [ArraySlice<Element>] {
    var parts: [ArraySlice<Element>] = []
    var (start, tokens) = (0, 0)
    for (place, element) in enumerated() {
      tokens += tokenCount(element)
      if tokens >= Self.tokensAtATime || place == count - 1 {
        parts.append(self[start...place])
        (start, tokens) = (place + 1, 0)
      }
    }
    return parts
  }
}
