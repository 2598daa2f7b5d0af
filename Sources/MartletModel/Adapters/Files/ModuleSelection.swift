import MartletText

/// Modules of a model of `transformers`, as `adapter_config.json` chooses them.
enum ModuleSelection: Sendable {
  /// Those whose path ends in one of some names.
  case names([String])
  /// Those whose whole path matches.
  case pattern(WholePattern)
  /// Every matrix product but the one that gives the results.
  case allLinear

  /// The selection at a key: a list of names or a regular expression; nil where there is none.
  init?(_ key: String, of reader: JSONReader) throws(MartletError) {
    guard let value = reader[key] else { return nil }
    if let text = value.string {
      self = text == "all-linear" ? .allLinear : .pattern(try Self.pattern(text, key, reader))
    } else if let names = [String](json: value) {
      self = .names(names)
    } else {
      throw reader.unexpected(key, expected: "a list of names or a regular expression")
    }
  }

  func contains(_ module: String) -> Bool {
    switch self {
    case .names(let names): names.contains { module == $0 || module.hasSuffix("." + $0) }
    case .pattern(let pattern): pattern.matches(module)
    case .allLinear: true
    }
  }

  static func pattern(
    _ text: String, _ key: String, _ reader: JSONReader
  ) throws(MartletError) -> WholePattern {
    do {
      return try WholePattern(text)
    } catch {
      throw MartletError("\(reader.file): the key \"\(reader.fullPath(key))\": \(error.message)")
    }
  }

  /// The shortest names that choose some modules, and none of the others.
  static func shortestNames(choosing chosen: [String], among all: [String]) -> [String] {
    let isChosen = Set(chosen)
    // What each ending of a path would choose.
    var wrong: Set<Substring> = []
    for module in all where !isChosen.contains(module) { wrong.formUnion(endings(of: module)) }
    var names: [String] = []
    for module in chosen {
      let name = String(endings(of: module).first { !wrong.contains($0) } ?? module[...])
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// "c", "b.c" and "a.b.c" of "a.b.c".
  private static func endings(of path: String) -> [Substring] {
    path.indices.reversed().filter { path[$0] == "." }.map { path[path.index(after: $0)...] } + [path[...]]
  }
}
