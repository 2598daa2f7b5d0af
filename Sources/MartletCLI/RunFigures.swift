import MartletText

/// What a run has left in a directory of what it was and how it went, for `martlet inspect`.
struct RunFigures {
  private let recipe: JSON?
  /// The last line of figures.
  private let metrics: JSON?
  private let results: JSON?

  /// The figures of a directory, which may be no run's.
  init(directory: String) throws(MartletError) {
    func optional(_ name: String) throws(MartletError) -> JSON? {
      let file = FileSystem.join(directory, name)
      guard FileSystem.exists(file) else { return nil }
      return .some(try JSON(file: file))
    }
    recipe = try optional("recipe.json")
    results = try optional("results.json")
    let metricsFile = FileSystem.join(directory, "metrics.jsonl")
    let lines = FileSystem.exists(metricsFile) ? try FileSystem.readText(metricsFile) : ""
    // A run that is being written may end in half a line.
    metrics =
      lines.split(separator: "\n").reversed().lazy
      .compactMap { try? JSON(parsing: String($0), file: metricsFile) }.first
  }

  /// Adds the keys "recipe", "metrics" and "results", those that there are.
  func add(to report: inout JSON) {
    for (key, json) in [("recipe", recipe), ("metrics", metrics), ("results", results)] {
      if let json { report[key] = json }
    }
  }

  /// A table of each.
  var text: String {
    [("Recipe", recipe), ("Last figures", metrics), ("Results", results)].reduce(into: "") { text, part in
      if let json = part.1 { text += "\n\(part.0)\n" + Self.rows(of: json) }
    }
  }

  /// The members of an object, one a line.
  static func rows(of json: JSON) -> String {
    guard let members = json.object else { return "" }
    return Format.table(
      members.map { key, value in
        [key, PrintableText.line(value.string ?? value.compact)]
      })
  }
}
