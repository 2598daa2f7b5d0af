/// Where in a file rows stand, in words.
package enum LineList {
  /// How many of them are named.
  private static let mostNamed = 8

  /// "line 3", "lines 3, 5" or "lines 1, 2, 3, 4, 5, 6, 7, 8 and 40 more".
  ///
  /// - Parameter file: rows of a JSON array are its elements, and not on lines of their own.
  package static func text(_ lines: [Int], of file: String) -> String {
    let unit = file.lowercased().hasSuffix(".json") ? "element" : "line"
    let shown = lines.prefix(mostNamed).map(String.init).joined(separator: ", ")
    let rest = lines.count > mostNamed ? " and \(lines.count - mostNamed) more" : ""
    return "\(unit)\(lines.count > 1 ? "s" : "") \(shown)\(rest)"
  }
}
