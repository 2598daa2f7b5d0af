/// Finds stop strings in text that comes in pieces, and holds back what could still become one.
///
/// What is found depends on the text alone, not on how it was cut: the stop string that ends first, and of those
/// that end together the longest.
struct StopMatcher: Sendable {
  private let stops: [[UInt8]]
  /// Text that is not given out yet, since a stop string may start in it.
  private var held: [UInt8] = []
  /// Whether a stop string has been found.
  private(set) var isFound = false

  init(_ stops: [String]) {
    self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
  }

  /// Takes more text and gives the text that is certainly before any stop string.
  mutating func push(_ text: String) -> String {
    if isFound { return "" }
    if stops.isEmpty { return text }
    for byte in text.utf8 {
      held.append(byte)
      if let stop = stops.first(where: { held.ends(with: $0[...]) }) {
        held.removeLast(stop.count)
        isFound = true
        return finish()
      }
    }
    let kept =
      stops.map { stop in
        (1...stop.count).last { $0 < stop.count && held.ends(with: stop[..<$0]) } ?? 0
      }.max() ?? 0
    defer { held.removeFirst(held.count - kept) }
    return String(decoding: held.dropLast(kept), as: UTF8.self)
  }

  /// Gives what was held back, since the text is over.
  mutating func finish() -> String {
    defer { held = [] }
    return String(decoding: held, as: UTF8.self)
  }
}

extension [UInt8] {
  fileprivate func ends(with part: ArraySlice<UInt8>) -> Bool {
    count >= part.count && self[(count - part.count)...].elementsEqual(part)
  }
}
