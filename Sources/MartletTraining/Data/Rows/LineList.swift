/// Numbers of lines in words.
package enum LineList {
  /// How many of them are named.
  private static let mostNamed = 8

  /// "line 3", "lines 3, 5" or "lines 1, 2, 3, 4, 5, 6, 7, 8 and 40 more".
  package static func text(_ lines: [Int]) -> String {
    let shown = lines.prefix(mostNamed).map(String.init).joined(separator: ", ")
    let rest = lines.count > mostNamed ? " and \(lines.count - mostNamed) more" : ""
    return "line\(lines.count > 1 ? "s" : "") \(shown)\(rest)"
  }
}
